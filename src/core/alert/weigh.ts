import type { Criticality, Environment, Estate } from '../estate/index.ts';
import { type AlertClass, type AlertSignal, alertClasses, secondsLeft } from './signal.ts';

/** How much an alert matters, with the factors it is made of (RULE-09). */
export interface Weight {
  readonly total: number;
  /** In words, the strongest first. */
  readonly because: readonly string[];
}

/** What is weighed: one signal, or several taken together. */
export type Weighable = Pick<AlertSignal, 'class' | 'services' | 'deadline' | 'itemsAtRisk' | 'growthPerHour'>;

const byCriticality: Readonly<Record<Criticality, number>> = { low: 1, medium: 2, high: 4, critical: 8 };
const byClass: Readonly<Record<AlertClass, number>> = { interrupted: 3, 'at-risk': 2, degraded: 1 };
const ladder: readonly Criticality[] = ['low', 'medium', 'high', 'critical'];
/** A deadline an hour away is half as urgent as one that is here. */
const urgentSeconds = 3_600;
const mostUrgent = 3;
/** Growth is felt against what is there, but not against next to nothing. */
const leastItems = 20;

/** The most critical of services; `undefined` where none is declared. */
export function criticalityOf(estate: Pick<Estate, 'services'>, names: readonly string[]): Criticality | undefined {
  const found = estate.services.filter(({ name }) => names.includes(name)).map(({ criticality }) => criticality);
  return ladder.findLast((each) => found.includes(each));
}

/**
 * What an alert weighs: the business process it hurts × how badly × how near the cut-off × how fast it grows × how much is
 * at risk. A technical threshold alone weighs little: one failed carrier call stays below a shipment backlog (AS-16).
 */
export function weigh(signal: Weighable, estate: Pick<Estate, 'services'>, now: Temporal.Instant): Weight {
  const criticality = criticalityOf(estate, signal.services);
  const items = signal.itemsAtRisk ?? 0;
  const growth = Math.max(0, signal.growthPerHour ?? 0);
  const left = signal.deadline === null ? undefined : secondsLeft(signal.deadline, now);
  const factors = [
    {
      factor: criticality === undefined ? 0.5 : byCriticality[criticality],
      why: `${criticality ?? 'no declared'} business process`,
    },
    { factor: byClass[signal.class], why: signal.class },
    { factor: left === undefined ? 1 : 1 + mostUrgent / (1 + left / urgentSeconds), why: 'close to its cut-off' },
    { factor: 1 + Math.min(1, growth / Math.max(leastItems, items)), why: 'growing' },
    { factor: 1 + Math.log10(1 + items), why: `${Math.round(items)} at risk` },
  ];
  return {
    total: factors.reduce((product, { factor }) => product * factor, 1),
    because: factors
      .filter(({ factor }) => factor > 1)
      .toSorted((a, b) => b.factor - a.factor)
      .map(({ why }) => why),
  };
}

/** The worst of several classes. */
export function worstClass(classes: readonly AlertClass[]): AlertClass {
  return alertClasses.find((each) => classes.includes(each)) ?? 'degraded';
}

/** `page` wakes somebody, `ticket` can wait for working hours, `note` is only shown. */
export type AlertUrgency = 'page' | 'ticket' | 'note';

type Asking = Pick<AlertSignal, 'class' | 'services' | 'deadline' | 'source' | 'evidence'>;

/** What an alert from elsewhere asks for, in the words that are usual there. */
function urgencyElsewhere({ evidence }: Asking): AlertUrgency {
  const severity = String(evidence['severity'] ?? '');
  if (/^(critical|page|emergency)$/i.test(severity)) return 'page';
  return /^(info|none|note)$/i.test(severity) ? 'note' : 'ticket';
}

/** Whether somebody must be woken: only for production, and only where business is stopped or will miss a cut-off. */
export function urgencyOf(
  signal: Asking,
  estate: Pick<Estate, 'services'>,
  environment: Pick<Environment, 'serviceClass'> | undefined,
): AlertUrgency {
  if (signal.source === 'alertmanager' && environment === undefined) return urgencyElsewhere(signal);
  const criticality = criticalityOf(estate, signal.services);
  return environment?.serviceClass === 'production' && wakes(signal, criticality)
    ? 'page'
    : restOf(signal, criticality);
}

function wakes(signal: Asking, criticality: Criticality | undefined): boolean {
  // The burn rules have decided already what is worth waking somebody.
  if (signal.source === 'burn') return signal.evidence['severity'] === 'page';
  const isImportant = criticality === 'high' || criticality === 'critical';
  if (signal.class === 'interrupted') return isImportant || criticality === undefined;
  return signal.class === 'at-risk' && signal.deadline !== null && isImportant;
}

function restOf(signal: Asking, criticality: Criticality | undefined): AlertUrgency {
  return signal.class === 'degraded' && criticality === 'low' ? 'note' : 'ticket';
}
