import { describe, expect, test } from 'vitest';
import { instant } from '../test-estate.ts';
import { planRestore, type RestoreView, type RestoreWish } from './restore-plan.ts';
import { beginsWithinSeconds, previewRestore } from './restore-preview.ts';
import { view as anyView, environment, now, wish } from './restore-view.fixture.ts';

const gib = 1024 ** 3;
/** The same, on a machine whose room is known. */
const view: RestoreView = {
  ...anyView,
  freeBytes: 40 * gib,
  unpackedBytes: new Map([['backup-2026-11-21T11:30:00Z', 12 * gib]]),
};
const preview = (wished: Partial<RestoreWish> = {}, seen: Partial<RestoreView> = {}) =>
  previewRestore(environment, { ...wish, ...wished }, { ...view, ...seen });
const beside = { mode: 'new', target: 'acme-rescue', isLive: false } as const;
const empty: Partial<RestoreView> = { target: 'nothing' };

describe('RST-04: what a restore would do, said before anybody decides', () => {
  test('where nothing stands in its way it is the plan itself, and asks for nothing', () => {
    const { plan, agreements, refusals } = preview();
    expect(plan).toEqual(planRestore(environment, wish, view));
    expect(plan).toMatchObject({ lossSeconds: 29 * 60, neededBytes: 12 * gib });
    expect([agreements, refusals]).toEqual([[], []]);
  });

  test('what may be agreed to is told together, with the loss that there may be once it begins', () => {
    const { plan, agreements, refusals } = preview({ at: instant('2026-11-21T10:00:00Z') });
    expect(plan?.point.id).toBe('backup-2026-11-21T02:00:00Z');
    expect(refusals).toEqual([]);
    const lossSeconds = 9 * 3_600 + 59 * 60;
    expect(agreements.map(({ code, acceptLossSeconds }) => [code, acceptLossSeconds])).toEqual([
      ['INSTANT_NOT_EXACT', lossSeconds + beginsWithinSeconds],
      ['LOSS_EXCEEDS_RPO', lossSeconds + beginsWithinSeconds],
    ]);
  });

  test('agreeing to exactly that is enough, also a while later; nothing else is agreed to by it', () => {
    const at = instant('2026-11-21T10:00:00Z');
    const acceptLossSeconds = preview({ at }).agreements[0]?.acceptLossSeconds ?? 0;
    expect(preview({ at, acceptLossSeconds }).agreements).toEqual([]);
    const later = { now: now.add({ minutes: 14 }), lastBusinessRowAt: instant('2026-11-21T12:13:00Z') };
    expect(planRestore(environment, { ...wish, at, acceptLossSeconds }, { ...view, ...later }).kind).toBe('plan');
    const muchLater = { now: now.add({ minutes: 20 }), lastBusinessRowAt: instant('2026-11-21T12:20:00Z') };
    expect(planRestore(environment, { ...wish, at, acceptLossSeconds }, { ...view, ...muchLater }).kind).toBe(
      'refused',
    );
    const unasked = preview({ acceptLossSeconds }, { canTakeSafetyBackup: false });
    expect(unasked.agreements.map(({ code }) => code)).toEqual(['NO_SAFETY_BACKUP']);
    expect(unasked.plan?.steps.map(({ kind }) => kind)).not.toContain('safety-backup');
  });

  test('nobody agrees a reason away that is not theirs to agree to', () => {
    const elsewhere = preview({ at: instant('2026-11-21T10:00:00Z') }, { target: 'nothing' });
    expect(elsewhere).toMatchObject({ plan: undefined, agreements: [], refusals: [{ code: 'NOT_IN_PLACE' }] });
    expect(preview(beside).refusals.map(({ code }) => code)).toEqual(['TARGET_EXISTS']);
    const future = preview({ at: now.add({ hours: 1 }) });
    expect(future.refusals.map(({ code }) => code)).toEqual(['INSTANT_OUT_OF_REACH']);
  });

  test('what does not fit beside what is there is refused before anything is begun; where nobody knows, it is tried', () => {
    const full = { ...empty, freeBytes: 12 * gib - 1 };
    expect(preview(beside, full).refusals.map(({ code }) => code)).toEqual(['NO_ROOM']);
    expect(preview(beside, { ...empty, freeBytes: 12 * gib }).refusals).toEqual([]);
    expect(preview(beside, { ...empty, freeBytes: undefined }).refusals).toEqual([]);
    const unsaid = preview(beside, { ...full, unpackedBytes: new Map() });
    expect(unsaid).toMatchObject({ plan: { neededBytes: null }, refusals: [] });
  });
});
