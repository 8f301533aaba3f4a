import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  noop,
  retry,
  wrap,
} from 'cockatiel';
import { Fault } from '../../core/kernel/index.ts';

/** Reads that may be asked twice: they change nothing, so a second answer is as good as the first. */
const safeReads: ReadonlySet<string> = new Set([
  'context_get',
  'default_get',
  'fields_get',
  'read',
  'search',
  'search_count',
  'search_read',
]);

const isUnreachable = (error: unknown): boolean => error instanceof Fault && error.code === 'ODOO_UNREACHABLE';

/** How we treat a server that does not answer: two more tries for safe reads, then leave it alone for a while. */
export interface Resilience {
  execute<Result>(method: string, work: () => Promise<Result>): Promise<Result>;
}

/**
 * Only a server that cannot be reached counts. A timeout does not: the request may still run in Odoo, so asking again
 * would occupy a second worker, and a lock on one table must not stop us from asking about the others.
 */
export function createResilience(options: {
  readonly retries: number;
  readonly openAfterFailures: number;
  readonly openForSeconds: number;
}): Resilience {
  const unreachable = handleWhen(isUnreachable);
  const breaker = circuitBreaker(unreachable, {
    halfOpenAfter: options.openForSeconds * 1_000,
    breaker: new ConsecutiveBreaker(options.openAfterFailures),
  });
  const again = retry(unreachable, {
    maxAttempts: options.retries,
    backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 500 }),
  });
  return {
    execute: async (method, work) => {
      const attempts: IPolicy = safeReads.has(method) && options.retries > 0 ? again : noop;
      try {
        return await wrap(breaker, attempts).execute(work);
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        throw new Fault(
          'ODOO_UNREACHABLE',
          `not asked: the last ${options.openAfterFailures} calls did not reach Odoo; trying again within ${options.openForSeconds} s`,
        );
      }
    },
  };
}
