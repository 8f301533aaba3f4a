import type { Thresholds } from '../../core/estate/index.ts';
import { type LatencySketch, type Sample, type SqlPack, staleAfter } from '../../core/observe/index.ts';

/** What the database turned out to be. Looked up again now and then: modules get installed, servers get upgraded. */
export interface DatabaseIdentity {
  readonly pack: SqlPack;
  readonly odooVersion: string;
  readonly modules: ReadonlySet<string>;
  readonly checkedAt: Temporal.Instant;
}

/** What is kept of one environment between two looks. Losing it costs one interval of rates and nothing else. */
export interface EnvironmentMemory {
  identity: DatabaseIdentity | undefined;
  postgresMajor: number | undefined;
  /** The newest answer of every question, and when it was asked. */
  readonly answers: Map<
    string,
    { readonly at: Temporal.Instant; readonly everySeconds: number; readonly samples: readonly Sample[] }
  >;
  /** The last values of counters, for rates. */
  readonly counters: Map<string, { readonly at: Temporal.Instant; readonly value: number }>;
  /** Latency sketches of the last minutes, oldest first. */
  readonly sketches: { readonly at: Temporal.Instant; readonly class: string; readonly sketch: LatencySketch }[];
  lastRequestsAt: Temporal.Instant | undefined;
  /** The make-up that the ledger already knows. */
  makeUpTold: string | undefined;
  /** A look under way: a second one joins it instead of asking everything twice. */
  underWay: Promise<unknown> | undefined;
}

/** Memory of all environments, by name. */
export interface ObserverMemory {
  of(environment: string): EnvironmentMemory;
}

/** An empty memory. */
export function createObserverMemory(): ObserverMemory {
  const environments = new Map<string, EnvironmentMemory>();
  return {
    of: (name) => {
      const known = environments.get(name);
      if (known !== undefined) return known;
      const fresh: EnvironmentMemory = {
        identity: undefined,
        postgresMajor: undefined,
        answers: new Map(),
        counters: new Map(),
        sketches: [],
        lastRequestsAt: undefined,
        makeUpTold: undefined,
        underWay: undefined,
      };
      environments.set(name, fresh);
      return fresh;
    },
  };
}

/** Whether a question is due again. A question asked at every look is always due. */
export function isDue(
  memory: EnvironmentMemory,
  question: string,
  everySeconds: number,
  now: Temporal.Instant,
): boolean {
  const last = memory.answers.get(question);
  return last === undefined || everySeconds === 0 || now.since(last.at).total('seconds') >= everySeconds;
}

/**
 * The change of a counter per second since its last look; `undefined` at the first look and when the counter went
 * backwards, which means that its source was restarted.
 */
export function rateOf(
  memory: EnvironmentMemory,
  counter: string,
  value: number,
  now: Temporal.Instant,
): number | undefined {
  const last = memory.counters.get(counter);
  memory.counters.set(counter, { at: now, value });
  if (last === undefined || value < last.value) return undefined;
  const seconds = now.since(last.at).total('seconds');
  return seconds > 0 ? (value - last.value) / seconds : undefined;
}

/** The newest samples of everything asked, without those whose question missed its next turn. */
export function currentSamples(
  memory: EnvironmentMemory,
  now: Temporal.Instant,
  thresholds: Thresholds,
): readonly Sample[] {
  return [...memory.answers.values()]
    .filter((answer) => now.since(answer.at).total('seconds') <= staleAfter(thresholds, answer.everySeconds))
    .flatMap((answer) => answer.samples);
}
