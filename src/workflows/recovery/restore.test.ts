import { expect, test } from 'vitest';
import { createJumpingClock } from '../../../test/clocks.ts';
import {
  createWatchedTarget,
  declaredEnvironment,
  restoreBeside,
  unusedParts,
} from '../../../test/recovery/watched-target.ts';
import { makeWorld } from '../../../test/recovery/world.ts';
import { createMemoryRestorePlaces } from '../../adapters/memory/restore-places.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { RestoreReport } from '../../core/recovery/index.ts';
import { backUp } from './back-up.ts';
import { restore } from './restore.ts';

/** A restore in place of which only the start is left, where so many bring-ups fail. */
async function startOf(failures: number, clock?: ReturnType<typeof createJumpingClock>) {
  const { deps, request } = await makeWorld();
  const manifest = await backUp(deps, request('20261121T084512Z-logical-000001'));
  const { target, done } = createWatchedTarget();
  let left = failures;
  const beside = restoreBeside(declaredEnvironment(), manifest);
  const steps = [{ kind: 'start', title: 'Start it', why: 'restored is what serves', expectedSeconds: 1 }] as const;
  const asked = {
    ...beside,
    wish: { ...beside.wish, mode: 'in-place' as const, isLive: true },
    plan: { ...beside.plan, lossSeconds: 0, neededBytes: null, steps },
  };
  const parts = {
    ...unusedParts,
    clock: clock ?? deps.clock,
    store: deps.store,
    repository: deps.repository,
    places: createMemoryRestorePlaces(),
    target,
    openCopy: () => expect.fail('no copy is opened'),
    jobs: 1,
    bringUp: async () => {
      left -= 1;
      clock?.pass(10);
      clock?.jump(-172_800);
      if (left >= 0) throw new Fault('DEADLINE_EXCEEDED', 'web did not become ready');
    },
  };
  let report: RestoreReport | undefined;
  const failure = await restore(parts, asked).then(
    (made) => {
      report = made;
    },
    (error: unknown) => error,
  );
  const entries = await deps.store.ledger.tail({ limit: 9 });
  return { failure, report, done, entry: entries.find(({ type }) => type === 'restore.failed')?.data };
}

test('RST-04: where the new one does not start after the exchange, the old one is put back and started, and both are told', async () => {
  const { failure, done, entry } = await startOf(1);
  expect(failure).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    message: 'web did not become ready. What was there before is in its place and serves again.',
  });
  expect(done).toEqual(['openDatabase', 'putBack', 'letRun']);
  expect(entry).toMatchObject({ after: expect.stringContaining('serves again'), inPlace: true });
});

test('where the old one does not start again either, it is said to be in its place and how it is brought up', async () => {
  const { failure, done, entry } = await startOf(2);
  expect(done).toEqual(['openDatabase', 'putBack', 'letRun']);
  expect(failure).toMatchObject({ message: expect.stringContaining('is in its place, and does not serve') });
  expect(String(entry?.['after'])).toContain('plimsoll up');
});

test('RST-04: a restore while the clock is set back two days takes the time that passed, and says that it was', async () => {
  const { report } = await startOf(0, createJumpingClock(Temporal.Instant.from('2026-11-21T12:00:00Z')));
  expect(report?.phases).toEqual([{ phase: 'start', seconds: 10 }]);
  expect(report?.finishedAt.since(report.startedAt).total('seconds')).toBe(10);
  expect(report?.checks).toEqual([expect.objectContaining({ name: 'clock.steady', outcome: 'warning' })]);
});
