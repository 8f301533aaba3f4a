import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estate, now } from '../../../test/alert/alert-ground.ts';
import type { RunbookStep } from '../estate/index.ts';
import { approvalsFor, blockingSession, checkLimit } from './action.ts';

const production = estate.environments.find(({ name }) => name === 'acme-prod');
const step = (change: Partial<RunbookStep>): RunbookStep => ({
  ...{ text: 'Do it.', action: { kind: 'restart-component', component: 'web' }, approvals: 0, limit: undefined },
  ...change,
});
const limit = { runs: 3, withinSeconds: 3_600 };
const restart = 'restart web';
const ago = (seconds: number) => ({ action: restart, at: now.subtract({ seconds }) });

describe('approvals (INC-05)', () => {
  test('what takes something from who works needs those of a change; a runbook asks for more, never for less', () => {
    expect(production?.tier.change.approvals).toBe(1);
    expect(approvalsFor(step({}), production)).toBe(1);
    expect(approvalsFor(step({ action: { kind: 'end-session' } }), production)).toBe(1);
    expect(approvalsFor(step({ approvals: 2 }), production)).toBe(2);
  });
  test('what takes nothing from anybody needs what the step says', () => {
    expect(approvalsFor(step({ action: { kind: 'start-drill' } }), production)).toBe(0);
    expect(approvalsFor(step({ action: { kind: 'run-journey', journey: 'ship-order' } }), production)).toBe(0);
  });
});

describe('the limit of an action (INC-05)', () => {
  test('refuses the run after the last that it allows, and allows it again when the first is old enough', () => {
    const runs = [ago(3_599), ago(1_200), ago(60)];
    expect(checkLimit(limit, restart, runs, now)).toMatchObject({ reasons: [{ code: 'ACTION_LIMIT_REACHED' }] });
    expect(checkLimit(limit, restart, [ago(3_600), ago(1_200), ago(60)], now)).toBeUndefined();
    expect(checkLimit(limit, 'restart cron', runs, now)).toBeUndefined();
  });
  test('whoever asks, and however often, no window holds more runs than it allows; without it they do', () => {
    const asked = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 12, maxLength: 40 });
    const most = (declared: typeof limit | undefined, seconds: readonly number[]): number => {
      const ran: { action: string; at: Temporal.Instant }[] = [];
      for (const at of seconds.toSorted((a, b) => a - b).map((each) => now.add({ seconds: each }))) {
        if (checkLimit(declared, restart, ran, at) === undefined) ran.push({ action: restart, at });
      }
      const windows = ran.map(
        ({ at }) => ran.filter((other) => Math.abs(other.at.since(at).total('seconds') - 1_799) < 1_800).length,
      );
      return Math.max(...windows);
    };
    fc.assert(fc.property(asked, (seconds) => most(limit, seconds) <= limit.runs));
    expect(
      most(
        undefined,
        Array.from({ length: 12 }, (_, index) => index),
      ),
    ).toBe(12);
  });
});

describe('the session that holds up the others', () => {
  const part = (evidence: Readonly<Record<string, string | number | null>>) => ({
    ...{ key: 'k', source: 'health', code: 'TABLE_LOCKED', subject: 'stock_picking', class: 'interrupted' },
    ...{ summary: 's', startedAt: now, evidence },
  });
  const alert = (evidence: Parameters<typeof part>[0], change = {}) =>
    ({ parts: [part({}), part(evidence)], clearSince: null, resolvedAt: null, ...change }) as never;
  const named = { pid: 4711, backendStart: '2026-11-27T09:00:00.000123Z' };
  test('is what an alert that fires names, with the moment it connected', () => {
    expect(blockingSession([alert(named)])).toEqual(named);
  });
  test('a process id alone names nobody, and neither does an alert that is over', () => {
    expect(blockingSession([alert({ pid: 4711, backendStart: null })])).toBeUndefined();
    expect(blockingSession([alert(named, { clearSince: now })])).toBeUndefined();
  });
});
