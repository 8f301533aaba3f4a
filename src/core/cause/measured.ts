import { formatDuration, formatPercent } from '../kernel/index.ts';
import type { CauseFacts, Sign } from './facts.ts';
import { type IndicatorSeries, type Rising, shareOf, type Work } from './rising.ts';

const recentSeconds = 1_800;
const directions: Partial<Readonly<Record<Work, string>>> = {
  shipping: 'outgoing',
  receiving: 'incoming',
  moving: 'internal',
};
/** Waiting this long for a lock is no ordinary transaction any more. */
const longLockSeconds = 5;
const busyRatio = 0.9;
/** Pace that differs by less than this is the same. */
const clearlyMore = 1.3;
const clearlyLess = 0.7;
const leastPerHour = 5;
const leastFailed = 3;
const clearlyFailing = 0.2;

const secondsOf = (at: Temporal.Instant): number => at.epochMilliseconds / 1_000;

function recentOf({ points }: IndicatorSeries, now: Temporal.Instant): readonly number[] {
  return points
    .filter(({ at }) => secondsOf(now) - secondsOf(at) <= recentSeconds && secondsOf(at) <= secondsOf(now))
    .map(({ value }) => value);
}

const named = (series: readonly IndicatorSeries[], metric: string): readonly IndicatorSeries[] =>
  series.filter((each) => each.metric === metric);

const meanOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

function locks({ series, now }: CauseFacts): readonly Sign[] {
  const longest = Math.max(
    0,
    ...named(series, 'postgres_lock_waiting_oldest_seconds').flatMap((each) => recentOf(each, now)),
  );
  if (longest < longLockSeconds) return [];
  const evidence = `a session waited ${formatDuration(Math.round(longest))} for a lock within the last half hour`;
  const action = 'Find the transaction at the head of the queue and finish it.';
  return [{ kind: 'lock', strength: 0.6, evidence, action, since: null }];
}

function saturation({ series, workers, now }: CauseFacts): readonly Sign[] {
  const busy = named(series, 'process_cpu_ratio').flatMap((each): readonly Sign[] => {
    const component = each.labels['component'] ?? '';
    const count = workers[component] ?? 0;
    const used = meanOf(recentOf(each, now));
    // A worker of Odoo uses one processor at most.
    if (used === undefined || count === 0 || used < busyRatio * count) return [];
    const evidence = `the ${component} workers used ${used.toFixed(1)} processors of the ${count} that they can`;
    const action = 'Give it more workers, or take work off it: imports and reports wait until after the cut-off.';
    return [{ kind: 'workers', strength: 0.75, evidence, action, since: null }];
  });
  const cpu = meanOf(named(series, 'host_cpu_ratio').flatMap((each) => recentOf(each, now)));
  if (cpu === undefined || cpu < busyRatio) return busy;
  const evidence = `the processors were ${formatPercent(cpu, 0)} busy over the last half hour`;
  const action = 'See which process it is; take what can wait off the machine.';
  return [...busy, { kind: 'machine', strength: 0.6, evidence, action, since: null }];
}

/** What the last hour brought, and what the same hour of earlier days did; `undefined` where too little is known. */
function paceOf(
  { series, hourly, now }: CauseFacts,
  metric: string,
  direction: string,
): { readonly now: number; readonly usual: number } | undefined {
  const isOurs = ({ labels }: IndicatorSeries): boolean => labels['direction'] === direction;
  const current = named(series, metric)
    .filter(isOurs)
    .map(({ points }) => points.at(-1))
    .filter((point) => point !== undefined && secondsOf(now) - secondsOf(point.at) <= recentSeconds);
  const perDay = new Map<number, number>();
  for (const { at, value } of named(hourly, metric)
    .filter(isOurs)
    .flatMap(({ points }) => points)) {
    const ago = (secondsOf(now) - secondsOf(at)) / 86_400;
    const day = Math.round(ago);
    if (day >= 1 && Math.abs(ago - day) <= 1 / 48) perDay.set(day, (perDay.get(day) ?? 0) + value);
  }
  if (current.length === 0 || perDay.size < 2) return undefined;
  return {
    now: current.reduce((sum, point) => sum + (point?.value ?? 0), 0),
    usual: shareOf([...perDay.values()], 0.5),
  };
}

const perHour = (pace: { readonly now: number; readonly usual: number }): string =>
  `${Math.round(pace.now)} in the last hour, usually ${Math.round(pace.usual)} at this time of day`;

function flow({ work }: Rising, facts: CauseFacts): readonly Sign[] {
  const direction = directions[work];
  if (direction === undefined) return [];
  const [came, done] = [
    paceOf(facts, 'odoo_picking_created_per_hour', direction),
    paceOf(facts, 'odoo_picking_done_per_hour', direction),
  ];
  const signs: Sign[] = [];
  if (came !== undefined && came.now >= clearlyMore * came.usual && came.now - came.usual >= leastPerHour) {
    const strength = Math.min(0.9, 0.4 + 0.5 * (came.now / Math.max(1, came.usual) - 1));
    const action = 'Move people to the step with the largest backlog, or release by priority.';
    signs.push({ kind: 'arrivals', strength, evidence: `came: ${perHour(came)}`, action, since: null });
  }
  if (done !== undefined && done.now <= clearlyLess * done.usual && done.usual - done.now >= leastPerHour) {
    const strength = 0.3 + 0.3 * (1 - done.now / done.usual);
    const action = 'Ask the floor: people, equipment, or a system that keeps them waiting.';
    signs.push({ kind: 'floor', strength, evidence: `done: ${perHour(done)}`, action, since: null });
  }
  return signs;
}

/** Kinds of carriers that Odoo prices by itself: no call leaves for them. */
const ownRates: readonly string[] = ['fixed', 'base_on_rule'];

function partners({ work }: Rising, { series, now }: CauseFacts): readonly Sign[] {
  if (work !== 'shipping') return [];
  const shipped = named(series, 'odoo_shipment_per_hour').filter(
    ({ labels }) => !ownRates.includes(labels['carrier_type'] ?? ''),
  );
  const carriers = Map.groupBy(shipped, ({ labels }) => labels['carrier_type'] ?? '');
  return [...carriers].flatMap(([carrier, own]): readonly Sign[] => {
    const counted = (tracked: string): number =>
      own
        .filter(({ labels }) => labels['tracked'] === tracked)
        .reduce((sum, each) => sum + (recentOf(each, now).at(-1) ?? 0), 0);
    const [good, failed] = [counted('yes'), counted('no')];
    const share = failed / (good + failed);
    if (failed < leastFailed || share < clearlyFailing) return [];
    const evidence = `${Math.round(failed)} of ${Math.round(good + failed)} deliveries through ${carrier} in the last hour left without a tracking reference`;
    const action = `Ask ${carrier}; print labels later or ship by another carrier until it answers.`;
    return [{ kind: 'partner', strength: 0.5 + 0.45 * share, evidence, action, since: null }];
  });
}

/** What was measured around the rise. */
export function fromMeasures(rising: Rising, facts: CauseFacts): readonly Sign[] {
  return [...locks(facts), ...saturation(facts), ...flow(rising, facts), ...partners(rising, facts)];
}
