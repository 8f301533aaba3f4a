import { describe, expect, test } from 'vitest';
import {
  findJourney,
  heldBackBy,
  holdBackSeconds,
  type JourneyRun,
  journeys,
  judge,
  samplesOf,
  withSkipped,
} from './index.ts';

const now = Temporal.Instant.from('2026-11-21T12:00:00Z');

function run(changes: Partial<JourneyRun>): JourneyRun {
  return {
    id: 'a',
    environment: 'acme-prod',
    journey: 'ship-order',
    services: ['shipping'],
    startedAt: now,
    durationSeconds: 2,
    outcome: 'passed',
    reason: null,
    steps: [{ name: 'create order', outcome: 'passed', durationSeconds: 0.5, detail: null }],
    ...changes,
  };
}

describe('verdicts', () => {
  const fault = { kind: 'fault', code: 'ODOO_TIMEOUT', message: 'no answer', isOurKey: false } as const;

  test('what Odoo does wrong is failed and names the step', () => {
    expect(judge('pick', fault)).toEqual({ outcome: 'failed', reason: 'pick: ODOO_TIMEOUT: no answer' });
    expect(judge('pick', { kind: 'mismatch', reason: 'it is "draft"' }).outcome).toBe('failed');
    expect(judge('pick', { ...fault, code: 'ODOO_UNREACHABLE' }).outcome).toBe('failed');
    expect(judge('pick', { ...fault, code: 'ODOO_DENIED' }).outcome).toBe('failed');
  });

  test('what only we do wrong is unknown', () => {
    expect(judge('pick', { kind: 'interrupted' }).outcome).toBe('unknown');
    expect(judge('pick', { ...fault, code: 'ODOO_DENIED', isOurKey: true }).outcome).toBe('unknown');
    expect(judge(undefined, { ...fault, code: 'SECRET_UNRESOLVED' }).outcome).toBe('unknown');
  });

  test('steps that were never reached are skipped, in order', () => {
    const shipOrder = journeys[0];
    if (shipOrder === undefined) throw new Error('there is no journey');
    const done = shipOrder.steps.slice(0, 2).map(({ name }) => ({
      name,
      outcome: 'passed' as const,
      durationSeconds: 1,
      detail: null,
    }));
    const steps = withSkipped(shipOrder, done);
    expect(steps.map(({ name }) => name)).toEqual(shipOrder.steps.map(({ name }) => name));
    expect(steps.slice(2).every(({ outcome }) => outcome === 'skipped')).toBe(true);
  });
});

describe('holding back', () => {
  const timedOut = run({ outcome: 'failed', reason: 'pick: ODOO_TIMEOUT: no answer', durationSeconds: 10 });

  test('after a time-out Odoo is left alone until its own time limit ends the request', () => {
    expect(heldBackBy([timedOut], now.add({ seconds: 60 }))).toBe(timedOut);
    expect(heldBackBy([timedOut], now.add({ seconds: 10 + holdBackSeconds }))).toBeUndefined();
  });

  test('no other failure holds anything back', () => {
    const failed = run({ outcome: 'failed', reason: 'pick: ODOO_FAILED: broken' });
    expect(heldBackBy([failed, run({})], now.add({ seconds: 5 }))).toBeUndefined();
  });
});

describe('samples (OBS-04, MET-01)', () => {
  const values = (changes: Partial<JourneyRun>) =>
    samplesOf(run(changes)).map(({ metric, labels, value }) => [metric, labels['step'] ?? null, value]);

  test('a passed run counts as one, with its durations', () => {
    expect(values({})).toEqual([
      ['journey_success_ratio', null, 1],
      ['journey_duration_seconds', null, 2],
      ['journey_step_seconds', 'create order', 0.5],
    ]);
  });

  test('a failed run counts as zero; unknown and refused ones say nothing about the service', () => {
    expect(values({ outcome: 'failed', steps: [] })).toEqual([['journey_success_ratio', null, 0]]);
    expect([values({ outcome: 'unknown' }), values({ outcome: 'refused' })]).toEqual([[], []]);
  });
});

test('only journeys that write need the synthetic company, and the one that does not exists', () => {
  expect(journeys.filter(({ writes }) => !writes).map(({ name }) => name)).toEqual(['read-orders']);
  expect(findJourney('nope')).toBeUndefined();
});
