import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { parseEstate } from '../../core/estate/index.ts';
import type { DrillReport } from '../../core/recovery/index.ts';
import type { DurableInput, DurableWorkflow } from '../../ports/durable.ts';
import { defineDrillWork, drillWorkOf } from './schedule-drills.ts';

const text = `
kind: Estate
name: northsea
---
kind: Tier
name: weekly
recovery: { pattern: backup-restore, drillEvery: 7d }
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
tier: weekly
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
  const started: { workflow: string; input: DurableInput }[] = [];
  const keys = new Set<string>();
  const drilled: string[] = [];
  const durable = {
    define: (workflow: DurableWorkflow) => void defined.set(workflow.name, workflow),
    start: async (workflow: string, input: DurableInput, key: string) => {
      if (!keys.has(key)) started.push({ workflow, input });
      keys.add(key);
    },
  };
  const drill = async ({ name }: { readonly name: string }): Promise<void> => void drilled.push(name);
  defineDrillWork({ clock: { now: () => now }, store, durable, estate: () => estate, drill, log: () => {} });
  const context = { runId: 'r', createdAt: now, step: (_name: string, work: () => Promise<never>) => work() };
  const run = (workflow: string) => defined.get(workflow)?.run({ environment: 'acme-prod' }, context);
  const backUp = async (id: string): Promise<void> => {
    const times = { startedAt: now, finishedAt: null, seenAt: now, reason: null, figures: null, progress: null };
    const identity = { id, environment: 'acme-prod', repository: 'vault', method: 'logical' as const };
    await store.backups.begin({ ...identity, ...times, state: 'running' });
    await store.backups.end({ id, state: 'succeeded', finishedAt: now, reason: null, figures: null });
  };
  const record = (id: string, verdict: DrillReport['verdict']): Promise<void> =>
    store.drills.record({
      ...{ id, environment: 'acme-prod', backup: 'b', startedAt: now, finishedAt: now, verdict },
      ...{ reasons: [], phases: [], checks: [], rpoAchievedSeconds: null, rtoAchievedSeconds: null },
    });
  const pass = (duration: Temporal.DurationLike): void => {
    now = now.add(duration);
  };
  return { estate, started, drilled, run, backUp, record, pass };
}

describe('drills on schedule (RST-01)', () => {
  test('only environments that this machine can bring back are looked at, and the retired rest', () => {
    const { estate } = made();
    expect(drillWorkOf(estate, new Map(), () => true).map(({ name }) => name)).toEqual(['drill-plan/acme-prod']);
    expect(drillWorkOf(estate, new Map(), () => false)).toEqual([]);
    expect(drillWorkOf(estate, new Map([['acme-prod', 'retired']]), () => true)).toEqual([]);
  });

  test('nothing is drilled before there is a backup; then one drill starts, however many controllers plan it', async () => {
    const { run, started, backUp, drilled } = made();
    await run('drill-plan');
    expect(started).toEqual([]);
    await backUp('first');
    await Promise.all([run('drill-plan'), run('drill-plan')]);
    expect(started).toEqual([{ workflow: 'drill', input: { environment: 'acme-prod' } }]);
    await run('drill');
    expect(drilled).toEqual(['acme-prod']);
  });

  test('the next is due before the proof expires, and one that said nothing is tried again after an hour', async () => {
    const { run, started, backUp, record, pass } = made();
    await backUp('first');
    await record('one', 'verified');
    pass({ hours: 5 * 24 });
    await run('drill-plan');
    expect(started).toHaveLength(0);
    pass({ hours: 36 });
    await run('drill-plan');
    expect(started).toHaveLength(1);
    await record('two', 'inconclusive');
    await run('drill-plan');
    expect(started).toHaveLength(1);
    pass({ minutes: 61 });
    await run('drill-plan');
    expect(started).toHaveLength(2);
  });
});
