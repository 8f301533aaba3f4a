import type { Seconds } from '../kernel/index.ts';
import { createLatencySketch, type LatencySketch } from '../observe/index.ts';
import { type LoadClass, type LoadProfile, loadClasses } from './profile.ts';

/** How one class did. Rates are per hour; latencies count from the scheduled arrival. */
export interface ClassReport {
  readonly class: LoadClass;
  readonly declaredPerHour: number;
  readonly arrived: number;
  readonly done: number;
  readonly achievedPerHour: number;
  readonly failed: number;
  /** Not started, because as much was in flight as the profile allows. */
  readonly shed: number;
  /** Arrived while there was nothing to do, such as a picker without a waiting transfer. */
  readonly starved: number;
  readonly unfinished: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly p50Seconds: number | null;
  readonly p95Seconds: number | null;
  readonly p99Seconds: number | null;
}

export interface LoadReport {
  readonly profile: string;
  readonly seed: number;
  readonly elapsedSeconds: Seconds;
  readonly mostInFlight: number;
  readonly highestInFlight: number;
  readonly classes: readonly ClassReport[];
}

export type Ending =
  | { readonly kind: 'done'; readonly latencySeconds: Seconds }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'shed' }
  | { readonly kind: 'starved' };

/** Counts what becomes of arrivals. */
export interface Tally {
  arrive(name: LoadClass): void;
  end(name: LoadClass, ending: Ending): void;
  inFlight(count: number): void;
  report(seed: number, elapsedSeconds: Seconds): LoadReport;
}

interface Counts {
  arrived: number;
  done: number;
  failed: number;
  shed: number;
  starved: number;
  readonly errors: Map<string, number>;
  readonly latency: LatencySketch;
}

const mostErrorKinds = 20;

function addError(counts: Counts, error: string): void {
  const kind = counts.errors.has(error) || counts.errors.size < mostErrorKinds ? error : 'other';
  counts.errors.set(kind, (counts.errors.get(kind) ?? 0) + 1);
}

function reportOf(name: LoadClass, counts: Counts, ratePerSecond: number, elapsedSeconds: Seconds): ClassReport {
  const { arrived, done, failed, shed, starved, latency } = counts;
  return {
    class: name,
    declaredPerHour: ratePerSecond * 3_600,
    arrived,
    done,
    achievedPerHour: elapsedSeconds > 0 ? (done / elapsedSeconds) * 3_600 : 0,
    failed,
    shed,
    starved,
    unfinished: arrived - done - failed - shed - starved,
    errors: Object.fromEntries([...counts.errors].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    p50Seconds: latency.quantile(0.5) ?? null,
    p95Seconds: latency.quantile(0.95) ?? null,
    p99Seconds: latency.quantile(0.99) ?? null,
  };
}

/** A tally for the classes of a profile. */
export function createTally(profile: LoadProfile): Tally {
  const names = loadClasses.filter((name) => (profile.ratesPerSecond[name] ?? 0) > 0);
  const fresh = (): Counts => ({
    arrived: 0,
    done: 0,
    failed: 0,
    shed: 0,
    starved: 0,
    errors: new Map(),
    latency: createLatencySketch(),
  });
  const all = new Map(names.map((name) => [name, fresh()]));
  let highestInFlight = 0;
  const of = (name: LoadClass): Counts => {
    const counts = all.get(name);
    if (counts === undefined) throw new Error(`the profile has no class ${name}`);
    return counts;
  };
  return {
    arrive: (name) => {
      of(name).arrived += 1;
    },
    end: (name, ending) => {
      const counts = of(name);
      counts[ending.kind] += 1;
      if (ending.kind === 'done') counts.latency.add(ending.latencySeconds);
      if (ending.kind === 'failed') addError(counts, ending.error);
    },
    inFlight: (count) => {
      highestInFlight = Math.max(highestInFlight, count);
    },
    report: (seed, elapsedSeconds) => ({
      profile: profile.name,
      seed,
      elapsedSeconds,
      mostInFlight: profile.mostInFlight,
      highestInFlight,
      classes: names.map((name) => reportOf(name, of(name), profile.ratesPerSecond[name] ?? 0, elapsedSeconds)),
    }),
  };
}
