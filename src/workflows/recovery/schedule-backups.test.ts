import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { parseEstate } from '../../core/estate/index.ts';
import type { DurableInput, DurableWorkflow } from '../../ports/durable.ts';
import { backupWorkOf, defineBackupWork } from './schedule-backups.ts';

const text = `
kind: Estate
name: northsea
---
kind: Repository
name: vault
directory: /srv/vault
sealedTo: ["file:state/keys/recipients"]
signingKey: "file:state/keys/signing-key"
---
kind: Environment
name: acme-prod
stage: production
platform: host
odoo: { version: "19.0", database: acme }
backup: { method: logical, every: 1d }
connect: { filestore: { directory: /srv/filestore } }
`;

function made() {
  const { estate } = parseEstate([{ path: 'estate.yaml', text }]);
  if (estate === undefined) throw new Error('the estate does not parse');
  let now = Temporal.Instant.from('2026-11-21T08:00:00Z');
  const store = createMemoryStore();
  const defined = new Map<string, DurableWorkflow>();
  const started: { workflow: string; input: DurableInput; key: string }[] = [];
  const keys = new Set<string>();
  const durable = {
    define: (workflow: DurableWorkflow) => void defined.set(workflow.name, workflow),
    start: async (workflow: string, input: DurableInput, key: string) => {
      if (!keys.has(key)) started.push({ workflow, input, key });
      keys.add(key);
    },
    startWorker: async () => {},
    stop: async () => {},
    prune: async () => 0,
  };
  let drawn = 0;
  const newId = (): string => {
    drawn += 1;
    return `id-${drawn}`;
  };
  const clock = { now: () => now };
  defineBackupWork({ clock, store, durable, estate: () => estate, newId, takeBackup: async () => {}, log: () => {} });
  const context = { runId: 'r', createdAt: now, step: (_name: string, work: () => Promise<never>) => work() };
  const plan = () => defined.get('backup-plan')?.run({ environment: 'acme-prod' }, context);
  const record = async (id: string, state: 'succeeded' | 'failed'): Promise<void> => {
    const run = { id, environment: 'acme-prod', repository: 'vault', method: 'logical' as const, progress: null };
    const times = { startedAt: now, finishedAt: null, seenAt: now, reason: null, figures: null };
    await store.backups.begin({ ...run, ...times, state: 'running' });
    await store.backups.end({ id, state, finishedAt: now, reason: null, figures: null });
  };
  const pass = (duration: Temporal.DurationLike): void => {
    now = now.add(duration);
  };
  return { estate, store, started, plan, record, pass, now: () => now };
}

describe('backups on schedule (BKP-02)', () => {
  test('an environment with a repository and a filestore is looked at; a retired one rests', () => {
    const { estate } = made();
    expect(backupWorkOf(estate, new Map()).map(({ name }) => name)).toEqual(['backup-plan/acme-prod']);
    expect(backupWorkOf(estate, new Map([['acme-prod', 'retired']]))).toEqual([]);
  });

  test('the first is taken at once, by one run however many controllers plan it, and the next when it is due', async () => {
    const { plan, started, record, pass } = made();
    await Promise.all([plan(), plan(), plan()]);
    expect(started.map(({ workflow, input }) => [workflow, input['environment']])).toEqual([['backup', 'acme-prod']]);
    await record(String(started[0]?.input['id']), 'succeeded');
    await plan();
    pass({ hours: 1 });
    await plan();
    expect(started).toHaveLength(1);
    pass({ hours: 24 });
    await plan();
    expect(started).toHaveLength(2);
  });

  test('none begins while one runs, and a failed one is tried again after a pause', async () => {
    const { plan, started, record, pass, store, now } = made();
    await record('failed-1', 'failed');
    await plan();
    expect(started).toHaveLength(0);
    pass({ minutes: 6 });
    const running = await store.backups.get('failed-1');
    if (running === undefined) throw new Error('it was not recorded');
    await store.backups.begin({ ...running, id: 'running', state: 'running', finishedAt: null, seenAt: now() });
    await plan();
    expect(started).toHaveLength(0);
    pass({ minutes: 11 });
    await plan();
    expect(started).toHaveLength(1);
  });
});
