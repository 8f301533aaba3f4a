import { Fault } from '../../core/kernel/index.ts';
import type { CollectorName, CollectorReport } from '../../core/observe/index.ts';
import type { Clock } from '../../ports/clock.ts';

/** What a collector that could look says about how well it saw. */
export interface Sight<Result> {
  readonly result: Result;
  /** In words, what it could not see; `undefined` when it saw everything. */
  readonly missing?: string | undefined;
}

export interface Isolated<Result> {
  readonly report: CollectorReport;
  readonly result: Result | undefined;
}

interface Options {
  readonly collector: CollectorName;
  readonly clock: Clock;
  readonly deadlineSeconds: number;
  readonly signal: AbortSignal | undefined;
}

function abortion(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

function explain(error: unknown, deadlineSeconds: number): { readonly code: string; readonly detail: string } {
  if (error instanceof Fault) return { code: error.code, detail: error.message };
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return { code: 'DEADLINE_EXCEEDED', detail: `it was not done after ${deadlineSeconds} s` };
  }
  return { code: 'UNEXPECTED', detail: error instanceof Error ? error.message : String(error) };
}

/**
 * Runs one collector by itself: whatever it throws, and however long it hangs, becomes its report and hides none of the
 * others. `look` is `undefined` where the estate does not say how to look.
 */
export async function isolate<Result>(
  options: Options,
  look: ((signal: AbortSignal) => Promise<Sight<Result>>) | undefined,
): Promise<Isolated<Result>> {
  const at = options.clock.now();
  const base = { collector: options.collector, at };
  if (look === undefined) {
    return { report: { ...base, outcome: 'absent', durationSeconds: 0, code: null, detail: null }, result: undefined };
  }
  const deadline = AbortSignal.timeout(options.deadlineSeconds * 1_000);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  const duration = (): number => options.clock.now().since(at).total('seconds');
  try {
    const sight = await Promise.race([look(signal), abortion(signal)]);
    const isPartial = sight.missing !== undefined;
    return {
      report: {
        ...base,
        outcome: isPartial ? 'partial' : 'ok',
        durationSeconds: duration(),
        code: null,
        detail: sight.missing ?? null,
      },
      result: sight.result,
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    const report = {
      ...base,
      outcome: 'failed',
      durationSeconds: duration(),
      ...explain(error, options.deadlineSeconds),
    } as const;
    return { report, result: undefined };
  }
}
