import { randomUUID } from 'node:crypto';
import type { JourneyRun } from '../../core/journey/index.ts';
import type { Scenario } from './scenarios.ts';
import { chance } from './signals.ts';
import { isBlind, isTrouble } from './troubles.ts';

const stepsOf: Readonly<Record<string, readonly string[]>> = {
  'ship-order': ['order', 'confirm', 'reserve', 'pick', 'ship', 'invoice'],
  'receive-goods': ['purchase', 'receive', 'put away'],
  'portal-login': ['login', 'orders'],
};

export const fakeJourneys: readonly string[] = Object.keys(stepsOf);

/** A run of a fake journey that began at the instant; `undefined` where the environment cannot run it. */
export function fakeRun(
  scenario: Scenario,
  environment: string,
  journey: string,
  startedAt: Temporal.Instant,
): JourneyRun | undefined {
  const names = stepsOf[journey];
  if (names === undefined || isBlind(scenario, environment)) return undefined;
  const isFailing = environment === 'acme-prod' && isTrouble(scenario, startedAt) && journey === 'ship-order';
  const failsAt = isFailing ? 3 : -1;
  const steps = names.map((name, index) => {
    const seconds = 0.08 + chance(`${environment}/${journey}/${name}`, startedAt, 1) * 0.4;
    if (failsAt >= 0 && index > failsAt) return { name, outcome: 'skipped' as const, durationSeconds: 0, detail: null };
    if (index !== failsAt) return { name, outcome: 'passed' as const, durationSeconds: seconds, detail: null };
    return {
      name,
      outcome: 'failed' as const,
      durationSeconds: 5,
      detail: 'canceling statement due to lock timeout on stock_picking',
    };
  });
  return {
    id: randomUUID(),
    environment,
    journey,
    services: journey === 'receive-goods' ? ['goods-receipt'] : ['order-confirmation', 'shipment-confirmation'],
    startedAt,
    durationSeconds: steps.reduce((sum, step) => sum + step.durationSeconds, 0),
    outcome: isFailing ? 'failed' : 'passed',
    reason: isFailing ? `Step ${names[failsAt]} failed: the table stock_picking is locked.` : null,
    steps,
  };
}
