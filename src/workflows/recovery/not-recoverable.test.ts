import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { declaredEnvironment } from '../../../test/recovery/watched-target.ts';
import { makeWorld } from '../../../test/recovery/world.ts';
import { createFileSigner } from '../../adapters/evidence/file-signer.ts';
import { createMemoryRestorePlaces } from '../../adapters/memory/restore-places.ts';
import { canonicalJson, type LedgerData } from '../../core/ledger/index.ts';
import { attemptsOfRuns, backupRates, recoveryDisqualifiers, standingOf } from '../../core/recovery/index.ts';

import { flip } from '../../ports/backup-repository.fixture.ts';
import { backUp } from './back-up.ts';
import { runRecordedDrill } from './record-drill.ts';

const directory = await mkdtemp(join(tmpdir(), 'plimsoll-not-recoverable-'));
afterAll(() => rm(directory, { recursive: true, force: true }));

test('AS-13: a backup that ended well and does not come back fails its drill, lowers the verified rate alone, and disqualifies', async () => {
  const { deps, repository, request, store } = await makeWorld();
  const manifest = await backUp(deps, request('20261121T084512Z-logical-000001'));
  const [piece] = manifest.database.method === 'logical' ? (manifest.database.files[0]?.pieces ?? []) : [];
  const stored = [...repository.objects].find(([key]) => piece !== undefined && key.endsWith(piece.sha256));
  if (stored === undefined) throw new Error('the dump has a piece');
  repository.objects.set(stored[0], { ...stored[1], body: flip(stored[1].body) });

  const signer = await createFileSigner(join(directory, 'evidence-key.pem'));
  const drill = await runRecordedDrill(
    {
      clock: deps.clock,
      repository,
      places: createMemoryRestorePlaces(),
      openCopy: () => expect.fail('nothing of it serves'),
      jobs: 1,
      store,
      signer,
      actor: { kind: 'cli', name: 'test' },
    },
    declaredEnvironment(),
  );
  expect(drill).toMatchObject({ verdict: 'not-recoverable', backup: manifest.id, rtoAchievedSeconds: null });

  const runs = await store.backups.list({ environment: 'acme-prod', limit: 5 });
  const drills = await store.drills.list({ environment: 'acme-prod', limit: 5 });
  expect(runs).toMatchObject([{ state: 'succeeded' }]);
  const now = deps.clock.now().add({ minutes: 1 });
  const rates = backupRates(attemptsOfRuns(runs), drills, now.subtract({ hours: 1 }), now);
  expect(rates).toMatchObject({ successRatio: 1, verifiedRatio: 0 });
  const standing = standingOf({ environment: declaredEnvironment(), now, lastBackup: runs[0], drills });
  expect(standing.state).toBe('not-recoverable');
  expect(recoveryDisqualifiers(standing.state)).toMatchObject([{ code: 'RECOVERY_NOT_POSSIBLE' }]);
  const entries = await store.ledger.tail({ limit: 9 });
  expect(entries.map(({ type }) => type)).toEqual(['backup.started', 'backup.succeeded', 'drill.not-recoverable']);
  // RST-06: what the ledger keeps of it is dated, and signed by this installation: a changed word is not believed.
  const { statement, signature, keyId } = entries.at(-1)?.data ?? {};
  expect(statement).toMatchObject({ verdict: 'not-recoverable', finishedAt: drill.finishedAt.toString() });
  const isSigned = (said: LedgerData) => signer.isSignedBy(canonicalJson(said), String(signature));
  expect(keyId).toBe(signer.keyId);
  expect(isSigned(statement as LedgerData)).toBe(true);
  expect(isSigned({ ...(statement as LedgerData), verdict: 'verified' })).toBe(false);
});
