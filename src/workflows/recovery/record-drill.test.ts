import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labEnvironment } from '../../../test/lab-environment.ts';
import { makeWorld } from '../../../test/recovery/world.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { createFileSigner } from '../../adapters/evidence/file-signer.ts';
import { createMemoryRestorePlaces } from '../../adapters/memory/restore-places.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { createMemoryBackupRepository } from '../../adapters/repository/memory-repository.ts';
import { canonicalJson, type LedgerData } from '../../core/ledger/index.ts';
import { backUp } from './back-up.ts';
import { runRecordedDrill } from './record-drill.ts';

const environment = labEnvironment({ url: 'http://127.0.0.1:9', database: 'lab', login: 'plimsoll' });
const actor = { kind: 'cli', name: 'tester' } as const;
let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plimsoll-evidence-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function dependencies(obstacle?: string) {
  const places = createMemoryRestorePlaces(obstacle === undefined ? {} : { obstacle });
  const openCopy = (): never => {
    throw new Error('nothing serves here');
  };
  return {
    clock: systemClock,
    repository: await createMemoryBackupRepository(systemClock),
    places,
    openCopy,
    jobs: 1,
    store: createMemoryStore(),
    signer: await createFileSigner(join(directory, 'evidence-key.pem')),
    actor,
  };
}

describe('the record of a drill', () => {
  test('of no backup at all is inconclusive, recorded, and evidence of nothing', async () => {
    const deps = await dependencies();
    const report = await runRecordedDrill(deps, environment);
    expect(report).toMatchObject({ verdict: 'inconclusive', backup: 'none', rtoAchievedSeconds: null });
    expect(report.reasons[0]).toMatch(/has no backup of lab/);
    expect(await deps.store.drills.list({ limit: 5 })).toEqual([report]);
    const [entry] = await deps.store.ledger.tail({ limit: 1 });
    expect(entry).toMatchObject({ type: 'drill.inconclusive', subject: 'environment/lab' });
    expect(entry?.data).not.toHaveProperty('signature');
    expect(deps.places.made.size).toBe(0);
  });

  test('is of what a restore in place brought back, not of the newer dump that it gave up (RST-01)', async () => {
    const world = await makeWorld();
    world.made.consistentAt = () => Temporal.Instant.from('2026-11-21T02:00:00Z');
    const { id: kept } = await backUp(world.deps, world.request('20261121T084512Z-logical-000001'));
    world.made.consistentAt = () => Temporal.Instant.from('2026-11-21T08:00:00Z');
    const { id: newest } = await backUp(world.deps, world.request('20261121T094512Z-logical-000002'));
    const { repository, store } = world;
    const deps = { ...(await dependencies('there is no room')), repository, store };
    const drilled = async () => (await runRecordedDrill(deps, { ...environment, name: 'acme-prod' })).backup;
    expect(await drilled()).toBe(newest);
    const data = { restore: 'r1', inPlace: true, backup: kept, reachesAt: '2026-11-21T02:00:00Z' };
    for (const type of ['restore.started', 'restore.succeeded']) {
      const entry = { actor, type, subject: 'environment/acme-prod', data };
      await store.ledger.append(entry, Temporal.Instant.from('2026-11-21T09:00:00Z'));
    }
    expect(await drilled()).toBe(kept);
  });

  test("the key is this installation's own, made once, and opens to nobody else", async () => {
    const file = join(directory, 'own', 'evidence-key.pem');
    const [first, second] = await Promise.all([createFileSigner(file), createFileSigner(file)]);
    expect(second.keyId).toBe(first.keyId);
    expect((await stat(file)).mode & 0o077).toBe(0);
    const statement: LedgerData = { verdict: 'verified', backup: 'b' };
    const signature = first.sign(canonicalJson(statement));
    expect(second.isSignedBy(canonicalJson(statement), signature)).toBe(true);
    expect(second.isSignedBy(canonicalJson({ ...statement, verdict: 'not-recoverable' }), signature)).toBe(false);
  });
});
