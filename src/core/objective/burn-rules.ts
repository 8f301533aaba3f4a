import type { Ratio, Seconds } from '../kernel/index.ts';

export type AlertSeverity = 'page' | 'ticket';

/** Fires where the budget burns faster than `burnRate` over the long window, and still does over the short one. */
export interface BurnRule {
  readonly severity: AlertSeverity;
  /** 1 spends exactly the whole budget over the objective's window. */
  readonly burnRate: number;
  readonly longSeconds: Seconds;
  readonly shortSeconds: Seconds;
  /** The name people give it: its long window. */
  readonly window: '1h' | '6h' | '1d' | '3d';
}

const hour = 3_600;
const referenceWindowSeconds = 30 * 24 * hour;

/** For 30 days, from the SRE workbook, chapter 5 ("Alerting on SLOs"), with the ticket at 1 d that sloth adds. */
const referenceRules: readonly BurnRule[] = [
  { severity: 'page', burnRate: 14.4, longSeconds: hour, shortSeconds: hour / 12, window: '1h' },
  { severity: 'page', burnRate: 6, longSeconds: 6 * hour, shortSeconds: hour / 2, window: '6h' },
  { severity: 'ticket', burnRate: 3, longSeconds: 24 * hour, shortSeconds: 2 * hour, window: '1d' },
  { severity: 'ticket', burnRate: 1, longSeconds: 72 * hour, shortSeconds: 6 * hour, window: '3d' },
];

/**
 * The rules of an objective's window. The share of the budget that a rule stands for stays (2 %, 5 %, 10 %, 10 %), so the
 * burn rate scales: `burn = share × window ÷ long`. A burn below 1 spends less than is allowed and alerts nobody, so none
 * is lower; a rule whose long window is longer than the objective's says nothing and is left out.
 */
export function burnRulesFor(windowSeconds: Seconds): readonly BurnRule[] {
  return referenceRules
    .filter(({ longSeconds }) => longSeconds <= windowSeconds)
    .map((rule) => ({
      ...rule,
      burnRate: Math.max(1, Number(((rule.burnRate * windowSeconds) / referenceWindowSeconds).toPrecision(12))),
    }));
}

/** The failure ratio a rule fires above. */
export interface Threshold {
  readonly failureRatio: Ratio;
  readonly longSeconds: Seconds;
  readonly shortSeconds: Seconds;
}

const highestFailureRatio: Ratio = 0.9;

/**
 * Where an objective is loose (80 %), even a total outage cannot burn 14.4 times its budget, and the rule would never fire.
 * Its windows are lengthened then, until nine failures in ten spend the same share of the budget.
 */
export function thresholdOf(rule: BurnRule, targetRatio: Ratio): Threshold {
  const failureRatio = rule.burnRate * (1 - targetRatio);
  const stretch = Math.max(1, failureRatio / highestFailureRatio);
  return {
    failureRatio: failureRatio / stretch,
    longSeconds: rule.longSeconds * stretch,
    shortSeconds: rule.shortSeconds * stretch,
  };
}
