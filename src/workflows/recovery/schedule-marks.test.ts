import { expect, test } from 'vitest';
import { Fault, type FaultCode } from '../../core/kernel/index.ts';
import { createScheduleGround } from './schedule.fixture.ts';
import { defineMarkWork, markWorkOf } from './schedule-marks.ts';

const physical = 'method: physical, every: 1d, repository: vault';

test('BKP-02: files are continued where physical backups are declared and this machine runs it; the retired rest', () => {
  const { estate } = createScheduleGround(physical);
  expect(markWorkOf(estate, new Map(), () => true)).toMatchObject([
    { name: 'file-mark/acme-prod', workflow: 'file-mark', everySeconds: expect.any(Number) },
  ]);
  expect(markWorkOf(estate, new Map(), () => false)).toEqual([]);
  expect(markWorkOf(estate, new Map([['acme-prod', 'retired']]), () => true)).toEqual([]);
  expect(markWorkOf(createScheduleGround().estate, new Map(), () => true)).toEqual([]);
});

test('BKP-03: a backup under way is no news, another failure is told, and a gap in the log starts another backup', async () => {
  const ground = createScheduleGround(physical);
  const logged: unknown[] = [];
  let details: Readonly<Record<string, string>> = {};
  let code: FaultCode = 'BACKUP_UNDER_WAY';
  const mark = async (): Promise<never> => {
    throw new Fault(code, 'no', { details });
  };
  const { clock, durable, estate } = ground;
  const started: string[] = [];
  const startBackup = async (_environment: unknown, key: string): Promise<void> => void started.push(key);
  defineMarkWork({ clock, durable, estate: () => estate, mark, startBackup, log: (line) => void logged.push(line) });
  await ground.run('file-mark');
  expect(logged).toEqual([]);
  code = 'SEAL_WRONG_KEY';
  await ground.run('file-mark');
  expect(logged).toMatchObject([{ level: 'warn', environment: 'acme-prod', error: expect.stringContaining('no') }]);
  expect(started).toEqual([]);
  // A gap in the log: nothing later can be reached, until another backup begins a new chain.
  details = { gap: '000000010000000000000005', backup: 'b1' };
  await ground.run('file-mark');
  expect(started).toEqual(['backup/acme-prod/chain/b1']);
});
