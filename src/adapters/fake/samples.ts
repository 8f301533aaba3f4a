import type { Labels, Sample } from '../../core/observe/index.ts';
import { type QuantileQuery, type SampleStore, type SeriesQuery, wholeStepSeconds } from '../../ports/sample-store.ts';
import { changedHoursAgo } from './life.ts';
import type { Scenario } from './scenarios.ts';
import { chance, latencyClasses, type Signal, signalsOf, valueAt } from './signals.ts';
import { isBlind } from './troubles.ts';

/** How long ago the filestore was last measured where it can no longer be read. */
const unreadSeconds = 2_400;
const latestStepMilliseconds = 10_000;

export interface FakeSamplesOptions {
  readonly now: () => Temporal.Instant;
  readonly environments: readonly string[];
  readonly scenario: () => Scenario;
}

/** Nothing is late on a good day. */
function isLateWork({ metric }: Signal, scenario: Scenario): boolean {
  return metric === 'odoo_picking_late_count' && (scenario === 'calm' || scenario === 'stale');
}

function fits(labels: Labels, wanted: Labels | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => labels[key] === value);
}

/** The starts of the steps that a query covers, up to now. */
function stepsOf({ from, to, stepSeconds }: SeriesQuery, now: Temporal.Instant): Temporal.Instant[] {
  // One step for the whole range: it begins long before, and is shown where the range does.
  if (stepSeconds >= wholeStepSeconds) return [from];
  const first = Math.ceil(from.epochMilliseconds / 1_000 / stepSeconds) * stepSeconds;
  const end = Math.min(to.epochMilliseconds, now.epochMilliseconds) / 1_000;
  const steps: Temporal.Instant[] = [];
  for (let at = first; at < end; at += stepSeconds) steps.push(Temporal.Instant.fromEpochMilliseconds(at * 1_000));
  return steps;
}

const peakAtMostShare = 0.4;
const asked = ({ from, to }: QuantileQuery): number => to.since(from).total('seconds');

/** The seconds that one point of a query covers. */
function secondsOf({ from, to, stepSeconds, during }: QuantileQuery): number {
  const parts = during ?? [{ from, to }];
  const asked = parts.reduce((sum, part) => sum + part.to.since(part.from).total('seconds'), 0);
  return Math.min(stepSeconds, asked);
}

function pointAt(environment: string, signal: Signal, at: Temporal.Instant, stepSeconds: number) {
  const values = [0, 0.25, 0.5, 0.75].map((share) =>
    valueAt(environment, signal, at.add({ milliseconds: Math.round(stepSeconds * share * 1_000) })),
  );
  return {
    at,
    minimum: Math.min(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    maximum: Math.max(...values),
    last: values.at(-1) ?? 0,
    count: values.length,
  };
}

/** What the module that was installed made slower. */
const slowerClass = 'picking-validation';
const slowerFactor = 2.5;

/** Behind a lock, work heaps up: since so long, to so many times as much. */
const heldUpMinutes = 25;
const heldUpFactor = 3;
/** As much as by day, also at night, when there is little to be held up: the story is told at any hour. */
const heldUp = (value: number, { level }: Signal): number => value + (heldUpFactor - 1) * Math.max(value, level);

function grown({ at, count, minimum, mean, maximum, last }: ReturnType<typeof pointAt>, signal: Signal) {
  return {
    ...{ at, count, minimum: heldUp(minimum, signal), mean: heldUp(mean, signal) },
    ...{ maximum: heldUp(maximum, signal), last: heldUp(last, signal) },
  };
}

function quantilePoint(query: QuantileQuery, name: string, at: Temporal.Instant, middle: number) {
  // Peaks are asked for as the times they last: short ones, in which everything waits a little longer.
  const isPeak = query.during !== undefined && secondsOf(query) < peakAtMostShare * asked(query);
  const tremble = (isPeak ? 1.45 : 1) * (0.8 + chance(`${query.environment}/${name}`, at, 60) * 0.5);
  // A log-normal tail: the usual shape of latencies.
  const quantile = (share: number): number => middle * tremble * Math.exp(0.7 * normalQuantile(share));
  return {
    at,
    count: Math.round(secondsOf(query) * (0.5 + chance(name, at, 60))),
    quantiles: Object.fromEntries(query.quantiles.map((share) => [String(share), quantile(share)])),
  };
}

/**
 * The measurements of `serve --fake`: computed from the time when they are asked for. It keeps nothing, so it is no
 * sample store for anything else: what is written to it is dropped. An environment that nobody can see has none.
 */
export function createFakeSamples({ now, environments, scenario }: FakeSamplesOptions): SampleStore {
  const known = new Set(environments);
  const isThere = (environment: string): boolean => known.has(environment) && !isBlind(scenario(), environment);
  const ageOf = (environment: string, { metric }: Signal): number =>
    scenario() === 'troubled' && environment === 'acme-prod' && metric === 'filestore_bytes' ? unreadSeconds : 0;
  const newestIn = (
    environment: string,
    since: Temporal.Instant,
    isWanted: (signal: Signal) => boolean,
  ): readonly Sample[] => {
    if (!isThere(environment)) return [];
    const step = Math.floor(now().epochMilliseconds / latestStepMilliseconds) * latestStepMilliseconds;
    const newest = Temporal.Instant.fromEpochMilliseconds(step);
    return signalsOf(environment)
      .filter(isWanted)
      .flatMap((signal) => {
        const at = newest.subtract({ seconds: ageOf(environment, signal) });
        if (Temporal.Instant.compare(at, since) < 0) return [];
        const usual = isLateWork(signal, scenario()) ? 0 : valueAt(environment, signal, at);
        const value = isHeldUp(signal, environment, at) ? heldUp(usual, signal) : usual;
        return [{ environment, metric: signal.metric, labels: signal.labels, at, value }];
      });
  };
  const isHeldUp = ({ metric }: Signal, environment: string, at: Temporal.Instant): boolean =>
    scenario() === 'troubled' &&
    environment === 'acme-prod' &&
    metric === 'odoo_picking_backlog_count' &&
    now().since(at).total('minutes') <= heldUpMinutes;
  const changedAt = now().subtract({ hours: changedHoursAgo });
  const isSlower = (environment: string, name: string, at: Temporal.Instant): boolean =>
    environment === environments[0] && name === slowerClass && Temporal.Instant.compare(at, changedAt) >= 0;
  return {
    async write() {},
    async writeSketches() {},
    latest: async (environment, since) => newestIn(environment, since, () => true),
    newestOf: async (metrics, since, wanted = environments) =>
      wanted.flatMap((environment) => newestIn(environment, since, ({ metric }) => metrics.includes(metric))),
    async range(query) {
      if (!isThere(query.environment)) return [];
      return signalsOf(query.environment)
        .filter((signal) => signal.metric === query.metric && fits(signal.labels, query.labels))
        .map((signal) => ({
          metric: signal.metric,
          labels: signal.labels,
          points: stepsOf(query, now()).map((at) => {
            const point = pointAt(query.environment, signal, at, query.stepSeconds);
            return isHeldUp(signal, query.environment, at) ? grown(point, signal) : point;
          }),
        }));
    },
    async quantiles(query) {
      if (!isThere(query.environment) || query.metric !== 'odoo_request_seconds') return [];
      const classes = latencyClasses.filter(([name]) => fits({ class: name }, query.labels));
      return classes.map(([name, middle]) => ({
        metric: query.metric,
        labels: { class: name },
        points: stepsOf(query, now()).map((at) =>
          quantilePoint(query, name, at, isSlower(query.environment, name, at) ? middle * slowerFactor : middle),
        ),
      }));
    },
    async rollUp() {
      return { rolledHours: 0 };
    },
    async maintain() {
      return { rolledUpRows: 0, droppedPartitions: 0 };
    },
  };
}

/** A rough inverse of the normal distribution (logistic approximation): a fake needs no more. */
function normalQuantile(share: number): number {
  const clamped = Math.min(0.9999, Math.max(0.0001, share));
  return Math.log(clamped / (1 - clamped)) / 1.702;
}
