import { type Environment, type Occurrence, occurrences } from '../../core/estate/index.ts';
import { backlogMetrics } from '../../core/forecast/index.ts';
import { mergeSpans, type ObjectiveSpec, type Recorded, type Signal, type Span } from '../../core/objective/index.ts';
import type { SampleStore, Series } from '../../ports/sample-store.ts';
import type { SliQuery, SliSource } from '../../ports/sli-source.ts';

type Point = Recorded['points'][number];
type Of<Kind extends Signal['kind']> = Extract<Signal, { readonly kind: Kind }>;

interface Reading {
  readonly samples: SampleStore;
  readonly environment: Environment;
  readonly query: SliQuery;
}

const secondsOf = (instant: Temporal.Instant): number => instant.epochMilliseconds / 1_000;

/** Where the step that begins at an instant ends. */
const endOf = (at: Temporal.Instant, { stepSeconds, to }: SliQuery): number =>
  Math.min(secondsOf(at) + stepSeconds, secondsOf(to));

/** Adds up what belongs to the same moment, oldest first. */
function summed(points: readonly Point[]): readonly Point[] {
  const byTime = new Map<number, Point>();
  for (const point of points) {
    const { atSeconds } = point;
    const known = byTime.get(atSeconds) ?? { atSeconds, good: 0, total: 0 };
    byTime.set(atSeconds, { atSeconds, good: known.good + point.good, total: known.total + point.total });
  }
  return [...byTime.values()].sort((a, b) => a.atSeconds - b.atSeconds);
}

async function rangeOf(reading: Reading, metric: string, labels: Readonly<Record<string, string>> = {}) {
  const { samples, environment, query } = reading;
  return samples.range({ environment: environment.name, metric, labels, ...query });
}

/** The stretches in which one of the collectors could see what it looks at. */
async function seenBy(reading: Reading, collectors: readonly string[]): Promise<readonly Span[]> {
  const series = await rangeOf(reading, 'plimsoll_collector_up');
  const spans = series
    .filter(({ labels }) => collectors.includes(labels['collector'] ?? ''))
    .flatMap(({ points }) => points)
    .filter(({ maximum }) => maximum > 0)
    .map(({ at }) => ({ fromSeconds: secondsOf(at), toSeconds: endOf(at, reading.query) }));
  return mergeSpans(spans);
}

async function readJourney(reading: Reading, { journey, limitSeconds }: Of<'journey'>): Promise<Recorded> {
  const outcomes = await rangeOf(reading, 'journey_success_ratio', { journey });
  const runs = outcomes.flatMap(({ points }) => points);
  // A step of runs at once tells only their mean; a journey runs once in a step, except in a long one.
  const durations =
    limitSeconds === undefined
      ? []
      : (await rangeOf(reading, 'journey_duration_seconds', { journey })).flatMap((each) => each.points);
  const slow = new Set(
    durations.filter(({ mean }) => mean > (limitSeconds ?? 0)).map(({ at }) => at.epochMilliseconds),
  );
  const points = runs.map(({ at, mean, count }) => ({
    atSeconds: endOf(at, reading.query),
    good: slow.has(at.epochMilliseconds) ? 0 : Math.round(mean * count),
    total: count,
  }));
  return { points: summed(points), seen: undefined };
}

async function readRequests(reading: Reading, signal: Of<'requests'>): Promise<Recorded> {
  const { samples, environment, query } = reading;
  const seen = await seenBy(reading, ['requests']);
  const labels = { class: signal.class };
  if (signal.limitSeconds !== undefined) {
    const asked = { environment: environment.name, metric: 'odoo_request_seconds', labels, ...query };
    const series = await samples.quantiles({ ...asked, quantiles: [], limitSeconds: signal.limitSeconds });
    const points = series.flatMap(({ points: own }) =>
      own.map(({ at, count, withinLimit }) => ({ atSeconds: endOf(at, query), good: withinLimit ?? 0, total: count })),
    );
    return { points: summed(points), seen };
  }
  const series = await rangeOf(reading, 'odoo_request_count', labels);
  const points = series.flatMap(({ labels: own, points: counted }) =>
    counted.map(({ at, mean, count }) => {
      // Each look counts its own interval: the sum over a step is the mean times the looks.
      const total = Math.round(mean * count);
      return { atSeconds: endOf(at, query), good: own['outcome'] === 'server-error' ? 0 : total, total };
    }),
  );
  return { points: summed(points), seen };
}

/** So long after a cut-off the first look at it must come. */
const cutOffLookSeconds = 900;

/** What is received is the work of the one, everything else that moves that of the others. */
const isCounted = ({ labels }: Series, { warehouses, work }: Of<'cut-off'>): boolean =>
  (labels['direction'] === 'incoming') === (work === 'incoming') &&
  (warehouses === undefined || warehouses.includes(labels['warehouse'] ?? ''));

/** What must be zero at a cut-off. Documents have no deadlines of their own: what waits then is late. */
async function lateOf(reading: Reading, signal: Of<'cut-off'>): Promise<readonly Series[]> {
  const { open, isByWarehouse } = backlogMetrics[signal.work];
  if (!isByWarehouse) return rangeOf(reading, open);
  return (await rangeOf(reading, 'odoo_picking_late_count')).filter((series) => isCounted(series, signal));
}

/** What was late at the first look after a cut-off; `undefined` where nobody looked. A warehouse without a row has nothing late. */
async function cutOffPoint(reading: Reading, signal: Of<'cut-off'>, { at }: Occurrence): Promise<Point | undefined> {
  const stepSeconds = 60;
  const around = { ...reading, query: { from: at, to: at.add({ seconds: cutOffLookSeconds }), stepSeconds } };
  const [seen] = await seenBy(around, ['indicators', 'rpc']);
  if (seen === undefined) return undefined;
  const late = (await lateOf(around, signal)).flatMap(({ points }) => points);
  if (!backlogMetrics[signal.work].isByWarehouse) return documentPoint(late);
  const first = late.filter((point) => secondsOf(point.at) <= seen.fromSeconds + stepSeconds);
  const isClear = first.every(({ last }) => last === 0);
  return { atSeconds: seen.fromSeconds, good: isClear ? 1 : 0, total: 1 };
}

/** Documents are counted each five minutes, with a row at every time: the first count decides, and none says nothing. */
function documentPoint(counts: Series['points']): Point | undefined {
  const [first] = counts.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
  return first === undefined ? undefined : { atSeconds: secondsOf(first.at), good: first.last === 0 ? 1 : 0, total: 1 };
}

async function readCutOffs(reading: Reading, signal: Of<'cut-off'>): Promise<Recorded> {
  const { environment, query } = reading;
  const event = environment.sites
    .find(({ name }) => name === signal.site)
    ?.calendar.find(({ name }) => name === signal.event);
  const times = event === undefined ? [] : occurrences(event, query.from, query.to);
  const points: Point[] = [];
  for (const time of times) {
    const point = await cutOffPoint(reading, signal, time);
    if (point !== undefined) points.push(point);
  }
  return { points, seen: await seenBy(reading, ['indicators', 'rpc']) };
}

/** The metric counts the last hour at every look: its mean over an hour is that hour's count. */
async function readShipments(reading: Reading, { carrierType }: Of<'shipments'>): Promise<Recorded> {
  const hourly = { ...reading, query: { ...reading.query, stepSeconds: 3_600 } };
  const series = await rangeOf(hourly, 'odoo_shipment_per_hour', { carrier_type: carrierType });
  const points = series.flatMap(({ labels, points: own }) =>
    own.map(({ at, mean }) => ({
      atSeconds: endOf(at, hourly.query),
      good: labels['tracked'] === 'yes' ? mean : 0,
      total: mean,
    })),
  );
  return { points: summed(points), seen: await seenBy(reading, ['indicators']) };
}

/** Reads objectives from what Plimsoll itself collected. */
export function createSampleSource(samples: SampleStore, environment: Environment): SliSource {
  return {
    async read({ signal }: ObjectiveSpec, query): Promise<Recorded> {
      const reading = { samples, environment, query };
      if (signal.kind === 'journey') return readJourney(reading, signal);
      if (signal.kind === 'requests') return readRequests(reading, signal);
      if (signal.kind === 'cut-off') return readCutOffs(reading, signal);
      if (signal.kind === 'shipments') return readShipments(reading, signal);
      return { points: [], seen: undefined };
    },
  };
}
