/** How often something worked: `ratio` is `undefined` where nothing was counted, for no evidence is not full marks. */
export interface GoodTotal {
  readonly good: number;
  readonly total: number;
  readonly ratio: number | undefined;
}

const ratioOf = (good: number, total: number): GoodTotal => ({
  good,
  total,
  ratio: total === 0 ? undefined : good / total,
});

/** A run of a journey, as availability needs it. */
export interface ServiceRun {
  readonly services: readonly string[];
  readonly outcome: 'passed' | 'failed' | 'unknown' | 'refused';
}

/**
 * End-user availability by business service (MET-01): passed runs of all that said something. Whether the host was up
 * does not enter; runs that could not tell, or were not allowed to, count neither way.
 */
export function availabilityByService(runs: readonly ServiceRun[]): ReadonlyMap<string, GoodTotal> {
  const counts = new Map<string, { good: number; total: number }>();
  for (const { services, outcome } of runs) {
    if (outcome === 'unknown' || outcome === 'refused') continue;
    for (const service of new Set(services)) {
      const count = counts.get(service) ?? { good: 0, total: 0 };
      counts.set(service, count);
      count.total += 1;
      if (outcome === 'passed') count.good += 1;
    }
  }
  return new Map([...counts].map(([service, { good, total }]) => [service, ratioOf(good, total)]));
}

/** A piece of queued work; `startedAt` is `undefined` while it waits. */
export interface QueuedWork {
  readonly queue: string;
  readonly enqueuedAt: Temporal.Instant;
  readonly startedAt: Temporal.Instant | undefined;
}

export interface QueueDelay {
  readonly startedCount: number;
  readonly waitingCount: number;
  readonly meanSeconds: number | undefined;
  readonly maximumSeconds: number | undefined;
  /** How long the oldest piece that still waits has waited. */
  readonly oldestWaitingSeconds: number;
}

/** Processing delay by queue (MET-03): from enqueued to started. What still waits is told apart, never left out. */
export function delayByQueue(work: readonly QueuedWork[], now: Temporal.Instant): ReadonlyMap<string, QueueDelay> {
  const queues = Map.groupBy(work, ({ queue }) => queue);
  return new Map(
    [...queues].map(([queue, pieces]) => {
      const delays = pieces.flatMap(({ enqueuedAt, startedAt }) =>
        startedAt === undefined ? [] : [startedAt.since(enqueuedAt).total('seconds')],
      );
      const waits = pieces.filter((piece) => piece.startedAt === undefined);
      return [
        queue,
        {
          startedCount: delays.length,
          waitingCount: waits.length,
          meanSeconds: delays.length === 0 ? undefined : delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
          maximumSeconds: delays.length === 0 ? undefined : Math.max(...delays),
          oldestWaitingSeconds: Math.max(0, ...waits.map(({ enqueuedAt }) => now.since(enqueuedAt).total('seconds'))),
        },
      ];
    }),
  );
}

/** One try of an exchange with a partner; tries of the same `exchange` are retries of it. */
export interface ExchangeAttempt {
  readonly partner: string;
  readonly type: string;
  readonly exchange: string;
  readonly at: Temporal.Instant;
  readonly outcome: 'succeeded' | 'failed';
}

export interface ExchangeFold {
  readonly succeeded: number;
  readonly failed: number;
  readonly retries: number;
  readonly successRatio: number;
}

/** Success and failure by partner and type (MET-04): an exchange that a retry saved is one success, with its retry recorded. */
export function exchangesByPartner(attempts: readonly ExchangeAttempt[]): ReadonlyMap<string, ExchangeFold> {
  const groups = Map.groupBy(attempts, ({ partner, type }) => `${partner}/${type}`);
  return new Map(
    [...groups].map(([key, tries]) => {
      const exchanges = [...Map.groupBy(tries, ({ exchange }) => exchange).values()];
      const succeeded = exchanges.filter((each) => each.some(({ outcome }) => outcome === 'succeeded')).length;
      return [
        key,
        {
          succeeded,
          failed: exchanges.length - succeeded,
          retries: tries.length - exchanges.length,
          successRatio: succeeded / exchanges.length,
        },
      ];
    }),
  );
}
