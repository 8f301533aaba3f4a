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

test('a backup under way is no news, another failure is told, and neither ends the looks', async () => {
  const ground = createScheduleGround(physical);
  const logged: unknown[] = [];
  let code: FaultCode = 'BACKUP_UNDER_WAY';
  const mark = async (): Promise<never> => {
    throw new Fault(code, 'no');
  };
  const { durable, estate } = ground;
  defineMarkWork({ durable, estate: () => estate, mark, log: (line) => void logged.push(line) });
  await ground.run('file-mark');
  expect(logged).toEqual([]);
  code = 'SEAL_WRONG_KEY';
  await ground.run('file-mark');
  expect(logged).toMatchObject([{ level: 'warn', environment: 'acme-prod', error: expect.stringContaining('no') }]);
});
