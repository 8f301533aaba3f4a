import type { AlertClass, Deadline, Evidence, SignalSource } from './signal.ts';
import type { AlertUrgency } from './weigh.ts';

/** A signal as an alert keeps it. */
export interface AlertPart {
  readonly key: string;
  readonly source: SignalSource;
  readonly code: string;
  readonly subject: string;
  readonly class: AlertClass;
  readonly summary: string;
  readonly startedAt: Temporal.Instant;
  readonly evidence: Evidence;
}

/** What signals that belong together say now: an alert before it is compared with what is known. */
export interface AlertDraft {
  /** Environment and theme: the same key is the same alert. */
  readonly key: string;
  readonly environment: string | null;
  readonly theme: string;
  readonly class: AlertClass;
  readonly urgency: AlertUrgency;
  /** Of the part that leads: the cause rather than what follows from it. */
  readonly code: string;
  readonly subject: string;
  readonly summary: string;
  /** What the business loses, as a sentence. */
  readonly impact: string;
  readonly services: readonly string[];
  readonly sites: readonly string[];
  readonly deadline: Deadline | null;
  readonly itemsAtRisk: number | null;
  readonly growthPerHour: number | null;
  readonly weight: number;
  readonly because: readonly string[];
  readonly owner: string | null;
  readonly runbook: string | null;
  /** What to do, in order. */
  readonly response: readonly string[];
  readonly parts: readonly AlertPart[];
  readonly startedAt: Temporal.Instant;
  /** Things that more than one environment needs and that it may come from: `integration/dhl`, `server/db-1`. */
  readonly mayComeFrom: readonly string[];
  /** The key of the alert that this one follows from: then it calls nobody by itself. */
  readonly partOf: string | null;
}

/** An alert from its first signal to its end. */
export interface Alert extends AlertDraft {
  readonly id: string;
  readonly openedAt: Temporal.Instant;
  readonly lastSeenAt: Temporal.Instant;
  /** Since when nothing signals it; `null` while something does. */
  readonly clearSince: Temporal.Instant | null;
  readonly resolvedAt: Temporal.Instant | null;
  /** How often it came back before it was over. */
  readonly repeats: number;
  readonly acknowledgedAt: Temporal.Instant | null;
  readonly acknowledgedBy: string | null;
  /** The strongest urgency that somebody was told of. */
  readonly toldUrgency: AlertUrgency | null;
  readonly toldAt: Temporal.Instant | null;
  /** How far up the ladder it has gone: 0 is its owner. */
  readonly level: number;
  /** Until when it followed from another alert; `null` where it never did, or does now. */
  readonly followedUntil: Temporal.Instant | null;
  /** The incident it belongs to. */
  readonly incident: string | null;
}

/** Somebody is to be told. */
export interface Notice {
  readonly kind: 'firing' | 'worse' | 'escalation' | 'resolved';
  readonly level: number;
  readonly urgency: AlertUrgency;
}
