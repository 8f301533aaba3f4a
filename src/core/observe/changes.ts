import { formatDuration } from '../kernel/index.ts';
import type { LedgerData, LedgerEntry } from '../ledger/index.ts';

/** What a look shows of how an environment is made: what is installed, and since when its parts run. */
export interface MakeUp {
  readonly odooVersion: string | undefined;
  /** Names of the installed modules; `undefined` where they were not seen. */
  readonly modules: readonly string[] | undefined;
  /** When each component that could be seen was started. */
  readonly startedAt: Readonly<Record<string, Temporal.Instant>>;
}

/** What is written down of a change, to be shown in the environment's timeline. */
export interface ChangeDraft {
  readonly type: 'environment.software-changed' | 'environment.software-seen' | 'component.started';
  readonly data: LedgerData & { readonly reason: string };
}

/** Clocks of the kernel and of PostgreSQL round differently from look to look: less than this is the same start. */
const sameStartSeconds = 2;

const isText = (value: unknown): value is string => typeof value === 'string';

function newest(entries: readonly LedgerEntry[], isWanted: (entry: LedgerEntry) => boolean): LedgerEntry | undefined {
  return entries.findLast(isWanted);
}

function listed(names: readonly string[]): string {
  const more = names.length > 8 ? ` and ${names.length - 8} more` : '';
  return `${names.slice(0, 8).join(', ')}${more}`;
}

function softwareChange(seen: MakeUp, entries: readonly LedgerEntry[]): readonly ChangeDraft[] {
  const { odooVersion, modules } = seen;
  if (odooVersion === undefined || modules === undefined) return [];
  const data = { odooVersion, modules: modules.toSorted() };
  const before = newest(entries, ({ type }) => type.startsWith('environment.software-'));
  if (before === undefined) {
    const reason = `Odoo ${odooVersion} with ${modules.length} modules`;
    return [{ type: 'environment.software-seen', data: { ...data, reason } }];
  }
  const known = before.data['modules'];
  const old = Array.isArray(known) ? known.filter(isText) : [];
  const added = data.modules.filter((name) => !old.includes(name));
  const removed = old.filter((name) => !data.modules.includes(name));
  const parts = [
    ...(before.data['odooVersion'] === odooVersion
      ? []
      : [`Odoo ${String(before.data['odooVersion'])} became ${odooVersion}`]),
    ...(added.length === 0 ? [] : [`installed: ${listed(added)}`]),
    ...(removed.length === 0 ? [] : [`removed: ${listed(removed)}`]),
  ];
  return parts.length === 0
    ? []
    : [{ type: 'environment.software-changed', data: { ...data, added, removed, reason: parts.join('; ') } }];
}

function starts({ startedAt }: MakeUp, entries: readonly LedgerEntry[]): readonly ChangeDraft[] {
  return Object.entries(startedAt).flatMap(([component, at]): readonly ChangeDraft[] => {
    const before = newest(
      entries,
      (entry) => entry.type === 'component.started' && entry.data['component'] === component,
    );
    const known = before?.data['startedAt'];
    if (isText(known) && Math.abs(at.since(Temporal.Instant.from(known)).total('seconds')) <= sameStartSeconds)
      return [];
    const started = at.round('second').toString();
    return [
      {
        type: 'component.started',
        data: { component, startedAt: started, reason: `${component} runs since ${started}` },
      },
    ];
  });
}

/**
 * What changed since the ledger last said how the environment is made (OBS-11): what is installed, and what was started
 * anew. `entries` are those about the environment, newest last. Seen twice, a change is written once.
 */
export function changesSince(seen: MakeUp, entries: readonly LedgerEntry[]): readonly ChangeDraft[] {
  return [...softwareChange(seen, entries), ...starts(seen, entries)];
}

/** How fast a transaction class was in some interval. */
export interface LatencyLevel {
  readonly class: string;
  readonly count: number;
  readonly p95Seconds: number;
}

/** A class of transactions that became clearly slower or faster around an instant. */
export interface LatencyStep {
  readonly class: string;
  readonly beforeSeconds: number;
  readonly afterSeconds: number;
}

/** Fewer requests than this on either side say nothing about a percentile. */
const leastCount = 20;
/** Below this factor, and below this difference, a step is noise. */
const leastFactor = 1.5;
const leastDifferenceSeconds = 0.05;

/** Which classes stepped up or down between two intervals, the largest step first. */
export function latencySteps(before: readonly LatencyLevel[], after: readonly LatencyLevel[]): readonly LatencyStep[] {
  const factor = ({ beforeSeconds, afterSeconds }: LatencyStep): number =>
    Math.max(afterSeconds / beforeSeconds, beforeSeconds / afterSeconds);
  return before
    .flatMap((level): readonly LatencyStep[] => {
      const later = after.find((each) => each.class === level.class);
      if (later === undefined || level.count < leastCount || later.count < leastCount) return [];
      return [{ class: level.class, beforeSeconds: level.p95Seconds, afterSeconds: later.p95Seconds }];
    })
    .filter(
      (step) =>
        factor(step) >= leastFactor && Math.abs(step.afterSeconds - step.beforeSeconds) >= leastDifferenceSeconds,
    )
    .toSorted((a, b) => factor(b) - factor(a));
}

/** A step in words: `order-confirmation: p95 200ms before, 900ms after`. */
export function describeStep({ class: name, beforeSeconds, afterSeconds }: LatencyStep): string {
  return `${name}: p95 ${formatDuration(beforeSeconds)} before, ${formatDuration(afterSeconds)} after`;
}
