import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { type Diagnostic, parseDuration, parsePercent, type Ratio, type Seconds } from '../kernel/index.ts';
import type { Target } from './burn.ts';
import type { Exclusion } from './exclusion.ts';
import { type CalendarPeriod, calendarPeriods, type WindowSpec, windowSecondsOf } from './window.ts';

/** One objective, to be judged on a series of good and total. */
export interface Objective extends Target {
  /** Where set, a row is good when it was at most this slow, and the target is the share of the percentile (p95: 95 %). */
  readonly latencySeconds: Seconds | undefined;
  /** A week, month or quarter instead of a window that rolls, in the zone whose midnights begin it. */
  readonly calendar?: Extract<WindowSpec, { readonly kind: 'calendar' }> | undefined;
  readonly exclusions: readonly Exclusion[];
}

const defaultWindow = '30d';

const custom = <Value>(read: (text: string) => Value | undefined, expected: string) =>
  z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `"${text}" is not ${expected}` });
    return z.NEVER;
  });

const duration = custom((text) => {
  const seconds = parseDuration(text);
  return seconds !== undefined && seconds > 0 ? seconds : undefined;
}, 'a duration such as 30d');

const isPeriod = (text: string): text is CalendarPeriod => calendarPeriods.some((period) => period === text);

/** A length in seconds, or a period of the calendar. */
const windowOf = custom((text) => {
  if (isPeriod(text)) return text;
  const seconds = parseDuration(text);
  return seconds !== undefined && seconds > 0 ? seconds : undefined;
}, 'a duration such as 30d, or week, month or quarter');

const target = custom((text) => {
  const ratio = parsePercent(text);
  return ratio !== undefined && ratio > 0 && ratio < 1 ? ratio : undefined;
}, 'a percentage below 100% such as 99.5% (100% leaves no budget to judge by)');

const instant = custom((text) => {
  try {
    return Temporal.Instant.from(text);
  } catch {
    return undefined;
  }
}, 'an instant such as 2026-11-21T22:00:00Z');

const percentiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

const latency = z
  .strictObject({ p50: duration, p90: duration, p95: duration, p99: duration })
  .partial()
  .refine((given) => Object.keys(given).length === 1, 'name one percentile, such as { p95: 2s }');

const shape = z
  .strictObject({
    availability: target.optional(),
    latency: latency.optional(),
    window: windowOf.prefault(defaultWindow),
    exclude: z
      .array(
        z
          .strictObject({ from: instant, to: instant, reason: z.string().min(1) })
          .refine(({ from, to }) => Temporal.Instant.compare(from, to) < 0, '`to` must be later than `from`'),
      )
      .default([]),
  })
  .refine(
    (given) => (given.availability === undefined) !== (given.latency === undefined),
    'name either an availability (99.5%) or a latency ({ p95: 2s })',
  );

/** Either the objective, or everything that is wrong with the file. */
export type ReadObjective =
  | { readonly kind: 'objective'; readonly objective: Objective }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

/** The objective itself, or where a file holds a list, or a BusinessService, the first that a series can be judged by. */
function find(written: unknown): { readonly value: unknown; readonly path: readonly (string | number)[] } {
  const isService = typeof written === 'object' && written !== null && 'objectives' in written;
  const list = isService ? written.objectives : written;
  if (!Array.isArray(list)) return { value: written, path: [] };
  const index = list.findIndex((each) => each?.availability !== undefined || each?.latency !== undefined);
  return { value: list[index], path: [...(isService ? ['objectives'] : []), index] };
}

/**
 * Reads an objective as a BusinessService declares it: `{ availability: 99.5%, window: 30d }`, or a latency, with `exclude`.
 * The whole BusinessService document may be given too. A week, month or quarter begins at midnight in `timezone`.
 */
export function readObjective(file: string, text: string, timezone = 'UTC'): ReadObjective {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, message: string, hint: string): Diagnostic => {
    const { line, col } = lines.linePos(offset);
    return { code: 'OBJECTIVE_INVALID', severity: 'error', file, line, column: col, message, hint };
  };
  const hint =
    'Write it as in a BusinessService: `{ availability: 99.5%, window: 30d }` or `{ latency: { p95: 2s } }`.';
  if (document.errors.length > 0) {
    return { kind: 'invalid', diagnostics: document.errors.map((error) => at(error.pos[0], error.message, hint)) };
  }
  const found = find(document.toJS());
  const read = shape.safeParse(found.value);
  if (read.success) return { kind: 'objective', objective: objectiveFrom(read.data, timezone) };
  const diagnostics = read.error.issues.map((issue) => {
    const path = [...found.path, ...issue.path];
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    const offset = (node as { range?: readonly number[] } | undefined)?.range?.[0] ?? 0;
    const place = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    return at(offset, `${place}${issue.message}`, hint);
  });
  return { kind: 'invalid', diagnostics };
}

function objectiveFrom(given: z.infer<typeof shape>, timezone: string): Objective {
  const { window, exclude: exclusions } = given;
  const calendar = typeof window === 'number' ? undefined : ({ kind: 'calendar', period: window, timezone } as const);
  const windowSeconds =
    typeof window === 'number' ? window : windowSecondsOf({ kind: 'calendar', period: window, timezone });
  const common = { windowSeconds, exclusions, ...(calendar === undefined ? {} : { calendar }) };
  const [percentile] = Object.entries(given.latency ?? {}) as [keyof typeof percentiles, Seconds][];
  if (percentile === undefined)
    return { ...common, targetRatio: given.availability as Ratio, latencySeconds: undefined };
  return { ...common, targetRatio: percentiles[percentile[0]], latencySeconds: percentile[1] };
}
