import type { Environment } from '../../core/estate/index.ts';
import { createRandom, Fault, type Refusal, refuse, type Seconds } from '../../core/kernel/index.ts';
import {
  type Arrival,
  arrivals,
  createTally,
  type Ending,
  findLoadGround,
  type LoadGround,
  type LoadProfile,
  type LoadReport,
  loadMark,
  prepareWork,
  refuseImpossible,
  takesTransfer,
  transactions,
} from '../../core/load/index.ts';
import type { Script } from '../../core/script/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OdooRpc } from '../../ports/odoo-rpc.ts';
import { runScript } from '../run-script.ts';
import { createWorkPool } from './pool.ts';

/** What driving a load needs. */
export interface LoadDependencies {
  readonly clock: Clock;
  readonly rpc: OdooRpc;
}

export interface LoadOptions {
  readonly profile: LoadProfile;
  readonly seed: number;
  readonly forSeconds: Seconds;
  /** Short names of the warehouses that share the load evenly; the company's first one where none is named. */
  readonly warehouses?: readonly string[] | undefined;
  /** Stops the arrivals; what is in flight is still given a moment to end, and the report is still made. */
  readonly signal?: AbortSignal | undefined;
  readonly onPhase?: (text: string) => void;
  readonly onProgress?: (report: LoadReport, inFlight: number) => void;
}

/** One call may take this long; a real client would have given up. */
const callSeconds = 30;
const drainSeconds = 30;
const progressSeconds = 5;

class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

function walker(rpc: OdooRpc, signal: AbortSignal): <Result>(script: Script<Result>) => Promise<Result> {
  return async (script) => {
    const end = await runScript(script, (action) => {
      if (action.kind !== 'call') throw new Error(`a load script asked for a ${action.kind}`);
      const { kind: _kind, ...request } = action;
      return rpc.call({ ...request, timeoutSeconds: callSeconds, signal });
    });
    if (end.kind === 'mismatch') throw new Mismatch(end.reason);
    return end.result;
  };
}

/** A short, bounded name for what went wrong: identifiers in Odoo's words would make every error its own kind. */
function kindOf(error: unknown): string {
  if (error instanceof Mismatch) return `not as expected: ${error.message.replaceAll(/\d+/g, '#')}`;
  if (!(error instanceof Fault)) throw error;
  const { exception, status } = error.details;
  if (typeof exception === 'string' && exception !== '') return `${error.code} ${exception}`;
  return typeof status === 'number' ? `${error.code} ${status}` : error.code;
}

/** Production is not loaded, unless the estate declares it to be a lab. */
export function refuseProduction(environment: Environment): Refusal | undefined {
  if (environment.stage !== 'production' || environment.isLab) return undefined;
  return refuse({
    code: 'LOAD_PRODUCTION',
    message: `${environment.name} is of stage production, and a load test is no business of its users`,
    hint: 'Name an environment of another stage, or declare `lab: true` if nobody works in this one.',
  });
}

/**
 * Drives an Odoo with open arrivals: work arrives when it is due, whether or not earlier work is done, and its latency
 * counts from that moment. What would exceed the bound in flight is shed and counted.
 */
export async function runLoad(
  deps: LoadDependencies,
  environment: Environment,
  options: LoadOptions,
): Promise<LoadReport | Refusal> {
  const refusal = refuseProduction(environment);
  if (refusal !== undefined) return refusal;
  const { profile, seed, onPhase } = options;
  const stop = new AbortController();
  const walk = walker(deps.rpc, stop.signal);
  const prepareSignal = options.signal;
  const abortPreparation = (): void => stop.abort(prepareSignal?.reason);
  prepareSignal?.addEventListener('abort', abortPreparation, { once: true });
  onPhase?.("finding the warehouse and the driver's own goods");
  const grounds: LoadGround[] = [];
  for (const code of options.warehouses ?? [undefined]) grounds.push(await asFault(walk(findLoadGround(code))));
  const impossible = grounds.map((ground) => refuseImpossible(profile, ground)).find((each) => each !== undefined);
  if (impossible !== undefined) return impossible;
  onPhase?.('preparing transfers that wait');
  let made = 0;
  for (const ground of grounds) made += await asFault(walk(prepareWork(profile, ground, seed)));
  onPhase?.(`prepared ${made} pieces of work; the load begins`);
  prepareSignal?.removeEventListener('abort', abortPreparation);
  return drive(deps, { ...options, stop, walk, grounds });
}

/** A set-up that does not find what it needs is a fault: there is nothing to measure. */
async function asFault<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Mismatch) throw new Fault('ODOO_FAILED', error.message);
    throw error;
  }
}

interface Drive extends LoadOptions {
  readonly stop: AbortController;
  readonly walk: ReturnType<typeof walker>;
  readonly grounds: readonly LoadGround[];
}

async function drive({ clock }: LoadDependencies, options: Drive): Promise<LoadReport> {
  const { profile, seed, walk, signal, stop } = options;
  const startedAt = clock.now();
  const elapsedSeconds = (): number => clock.now().since(startedAt).total('seconds');
  const tally = createTally(profile);
  const places = options.grounds.map((ground) => ({ ground, pool: createWorkPool(ground, walk, elapsedSeconds) }));
  const inFlight = new Set<Promise<void>>();

  const perform = async (arrival: Arrival): Promise<Ending> => {
    const random = createRandom(arrival.seed);
    const reference = `${loadMark}/${seed}/${arrival.class}/${arrival.sequence}`;
    const place = places[arrival.sequence % places.length];
    if (place === undefined) return { kind: 'starved' };
    const { ground, pool } = place;
    try {
      const transferId = takesTransfer(arrival.class) ? await pool.take(arrival.class) : 0;
      if (transferId === undefined) return { kind: 'starved' };
      await walk(transactions[arrival.class]({ ground, reference, random, transferId }));
      return { kind: 'done', latencySeconds: Math.max(0, elapsedSeconds() - arrival.atSeconds) };
    } catch (error) {
      if (stop.signal.aborted) return { kind: 'failed', error: 'cut off at the end' };
      return { kind: 'failed', error: kindOf(error) };
    }
  };

  const admit = (arrival: Arrival): void => {
    tally.arrive(arrival.class);
    if (inFlight.size >= profile.mostInFlight) {
      tally.end(arrival.class, { kind: 'shed' });
      return;
    }
    const work: Promise<void> = perform(arrival).then((ending) => {
      tally.end(arrival.class, ending);
      inFlight.delete(work);
    });
    inFlight.add(work);
    tally.inFlight(inFlight.size);
  };

  let nextProgressSeconds = progressSeconds;
  const waitUntil = async (atSeconds: Seconds): Promise<void> => {
    for (;;) {
      const restSeconds = Math.min(atSeconds, nextProgressSeconds) - elapsedSeconds();
      if (restSeconds > 0) await clock.sleep(restSeconds, signal);
      if (elapsedSeconds() >= nextProgressSeconds) {
        nextProgressSeconds += progressSeconds;
        options.onProgress?.(tally.report(seed, elapsedSeconds()), inFlight.size);
      }
      if (elapsedSeconds() >= atSeconds) return;
    }
  };

  try {
    for (const arrival of arrivals(profile, seed, options.forSeconds)) {
      await waitUntil(arrival.atSeconds);
      signal?.throwIfAborted();
      admit(arrival);
    }
    await waitUntil(options.forSeconds);
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
  // Rates are about the time in which work arrived; what is still in flight is given a bounded while to end.
  const arrivalSeconds = Math.min(elapsedSeconds(), options.forSeconds);
  const drained = Promise.all(inFlight).then(() => true);
  const isDrained = await Promise.race([
    drained,
    clock.sleep(signal?.aborted === true ? 5 : drainSeconds).then(() => false),
  ]);
  if (!isDrained) {
    stop.abort(new Error('the load is over'));
    await drained;
  }
  return tally.report(seed, arrivalSeconds);
}
