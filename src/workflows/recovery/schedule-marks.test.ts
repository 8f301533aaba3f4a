import { expect, test } from 'vitest';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { Fault, type FaultCode } from '../../core/kernel/index.ts';
import type { Store } from '../../ports/store.ts';
import { createScheduleGround } from './schedule.fixture.ts';
import { defineMarkWork, markWorkOf } from './schedule-marks.ts';

const actor = { kind: 'controller', name: 'test' } as const;
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
  const store = createMemoryStore();
  defineMarkWork({
    ...{ clock, durable, store, actor, mark, startBackup },
    estate: () => estate,
    log: (line) => void logged.push(line),
  });
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

async function recordPhysical({ backups }: Store): Promise<void> {
  const at = Temporal.Instant.from('2026-11-21T07:00:00Z');
  const kind = { method: 'physical', kind: 'full' } as const;
  const named = { id: 'b1', environment: 'acme-prod', repository: 'vault', startedAt: at };
  const running = {
    state: 'running',
    finishedAt: null,
    reason: null,
    progress: null,
    seenAt: at,
    figures: null,
  } as const;
  await backups.begin({ ...named, ...kind, ...running });
  await backups.end({ id: 'b1', state: 'succeeded', reason: null, figures: null, finishedAt: at });
}

test('BKP-03: a mark is recorded as how far the log behind its backup reaches', async () => {
  const ground = createScheduleGround(physical);
  const { clock, durable, estate } = ground;
  const store = createMemoryStore();
  await recordPhysical(store);
  const at = Temporal.Instant.from('2026-11-21T08:15:00Z');
  const made = { backup: 'b1', at };
  const [mark, startBackup] = [async () => made, async () => {}];
  defineMarkWork({ ...{ clock, durable, store, actor, mark, startBackup }, estate: () => estate, log: () => {} });
  await ground.run('file-mark');
  expect((await store.backups.get('b1'))?.reachesUntil).toEqual(at);
});

test('BKP-03: a mark that fails is a finding, graver beyond the RPO, until the next good one; a backup under way is neither', async () => {
  const ground = createScheduleGround(`${physical} }\nobjectives: { rpo: 1h`);
  const { clock, durable, estate } = ground;
  const store = createMemoryStore();
  let fault: Error | undefined;
  const mark = async () => {
    if (fault !== undefined) throw fault;
    return undefined;
  };
  const startBackup = async (): Promise<void> => {};
  defineMarkWork({ ...{ clock, durable, store, actor, mark, startBackup }, estate: () => estate, log: () => {} });
  const found = async () => {
    await ground.run('file-mark');
    return store.findings.list({ environment: 'acme-prod', includeClosed: false, limit: 9 });
  };
  expect(await found()).toEqual([]);
  fault = new Fault('REPOSITORY_UNREACHABLE', 'The vault does not answer.');
  // Before the first physical backup there is nothing that could be continued.
  expect(await found()).toEqual([]);
  await recordPhysical(store);
  expect(await found()).toMatchObject([
    { code: 'FILES_NOT_CONTINUED', severity: 'warning', reason: expect.stringContaining('The vault does not answer.') },
  ]);
  ground.pass({ hours: 1 });
  expect(await found()).toMatchObject([{ code: 'FILES_NOT_CONTINUED', severity: 'critical' }]);
  fault = new Fault('BACKUP_UNDER_WAY', 'A backup is written.');
  expect(await found()).toHaveLength(1);
  fault = undefined;
  expect(await found()).toEqual([]);
  const entries = await store.ledger.tail({ limit: 9 });
  expect(entries.map(({ type }) => type)).toEqual(['finding.opened', 'finding.closed']);
  fault = new Fault('PHYSICAL_UNAVAILABLE', 'A dump stands in.');
  expect(await found()).toEqual([]);
  // What nobody foresaw is told as well, and stays a failed run.
  fault = new Error('a defect');
  await expect(ground.run('file-mark')).rejects.toThrow('a defect');
  expect(await store.findings.list({ environment: 'acme-prod', includeClosed: false, limit: 9 })).toHaveLength(1);
});
