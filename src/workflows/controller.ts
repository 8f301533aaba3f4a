import type { Environment } from '../core/estate/index.ts';
import { type DueWork, planDueWork, planShare, type RecurringWork } from '../core/schedule/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Coordination } from '../ports/coordination.ts';
import type { Durable, DurableInput } from '../ports/durable.ts';

/** Recurring work that is done by a durable workflow. */
export interface DurableWork extends RecurringWork {
  readonly workflow: string;
  readonly input: DurableInput;
}

export interface ControllerDeps {
  readonly clock: Clock;
  readonly coordination: Coordination;
  readonly durable: Durable;
  /** Unique per process: who holds a lease. */
  readonly me: string;
  /** The environments to observe now. */
  readonly environments: () => readonly Environment[];
  /** The durable work of now: journeys, maintenance. */
  readonly durableWork: () => readonly DurableWork[];
  /** One look at an environment. Bounded in time by itself; stops at the signal. */
  readonly observe: (environment: Environment, signal: AbortSignal) => Promise<void>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** A lease lives this long without renewal: so long after a kill -9 an environment may go without a look. */
export const leaseSeconds = 12;
const renewEverySeconds = 3;
const tickSeconds = 0.5;

const observePrefix = 'observe/';
const controllerPrefix = 'controller/';

/** What one controller remembers between ticks. */
interface Memory {
  readonly lastSlots: Map<string, number>;
  readonly underWay: Map<string, Promise<void>>;
  mine: ReadonlySet<string>;
  renewedAt: Temporal.Instant | undefined;
}

/** Renews what this controller holds, and settles with the others who looks after which environment. */
async function settleLeases(deps: ControllerDeps, memory: Memory, now: Temporal.Instant): Promise<void> {
  const { coordination, me } = deps;
  const expiresAt = now.add({ seconds: leaseSeconds });
  await coordination.takeLease(`${controllerPrefix}${me}`, me, now, expiresAt);
  const controllers = await coordination.liveLeases(controllerPrefix, now);
  const leases = await coordination.liveLeases(observePrefix, now);
  const names = deps.environments().map((environment) => `${observePrefix}${environment.name}`);
  const plan = planShare(
    names,
    leases,
    controllers.map((lease) => lease.holder),
    me,
  );
  const mine = new Set<string>();
  for (const name of [...plan.keep, ...plan.take]) {
    if (await coordination.takeLease(name, me, now, expiresAt)) mine.add(name);
  }
  for (const name of plan.release) {
    // Never hand over in the middle of a look: the other would look at the same time.
    if (memory.underWay.has(name)) mine.add(name);
    else await coordination.releaseLease(name, me);
  }
  memory.mine = mine;
  memory.renewedAt = now;
}

const secondsSince = (at: Temporal.Instant, now: Temporal.Instant): number => now.since(at).total('seconds');

/** Where the clock was set back since, what was renewed then says nothing about now. */
function isRenewalDue({ renewedAt }: Memory, now: Temporal.Instant): boolean {
  if (renewedAt === undefined) return true;
  const seconds = secondsSince(renewedAt, now);
  return seconds < 0 || seconds >= renewEverySeconds;
}

/** Leases that may have expired by now do not count: another controller may hold them. */
function mayAct({ renewedAt }: Memory, now: Temporal.Instant): boolean {
  if (renewedAt === undefined) return false;
  const seconds = secondsSince(renewedAt, now);
  return seconds >= 0 && seconds < leaseSeconds - 2;
}

async function beginLook(
  deps: ControllerDeps,
  memory: Memory,
  work: DueWork,
  environment: Environment,
  signal: AbortSignal,
): Promise<void> {
  const isOurs = await deps.coordination.beginSlot(work.name, work.slot, deps.me, deps.clock.now());
  memory.lastSlots.set(work.name, work.slot);
  if (!isOurs) return;
  const look = deps
    .observe(environment, signal)
    .catch((error: unknown) => {
      deps.log({ level: 'error', work: work.name, slot: work.slot, error: String(error) });
    })
    .finally(() => memory.underWay.delete(work.name));
  memory.underWay.set(work.name, look);
}

async function observeDue(
  deps: ControllerDeps,
  memory: Memory,
  now: Temporal.Instant,
  signal: AbortSignal,
): Promise<void> {
  const environments = new Map(deps.environments().map((each) => [`${observePrefix}${each.name}`, each]));
  const works = [...environments]
    .filter(([name]) => memory.mine.has(name) && !memory.underWay.has(name))
    .map(([name, { thresholds }]) => ({ name, everySeconds: thresholds.collectEverySeconds }));
  for (const work of planDueWork(works, memory.lastSlots, now)) {
    const environment = environments.get(work.name);
    if (environment !== undefined) await beginLook(deps, memory, work, environment, signal);
  }
}

async function startDue(deps: ControllerDeps, memory: Memory, now: Temporal.Instant): Promise<void> {
  const works = new Map(deps.durableWork().map((work) => [work.name, work]));
  for (const due of planDueWork([...works.values()], memory.lastSlots, now)) {
    const work = works.get(due.name);
    if (work === undefined) continue;
    // Every controller says so; the key lets one run come of it.
    await deps.durable.start(work.workflow, work.input, `${due.name}/${due.slot}`);
    memory.lastSlots.set(due.name, due.slot);
  }
}

/**
 * The controller loop. Each environment is looked at by the controller that holds its lease; journeys and maintenance are
 * durable runs that any controller does. A controller that dies is replaced when its leases expire. Resolves at the
 * signal, after the looks under way have ended and the leases are given up.
 */
export async function runController(deps: ControllerDeps, signal: AbortSignal): Promise<void> {
  const memory: Memory = { lastSlots: new Map(), underWay: new Map(), mine: new Set(), renewedAt: undefined };
  while (!signal.aborted) {
    const now = deps.clock.now();
    try {
      if (isRenewalDue(memory, now)) await settleLeases(deps, memory, now);
      if (mayAct(memory, now)) await observeDue(deps, memory, now, signal);
      await startDue(deps, memory, now);
    } catch (error) {
      // The database may be away for a while; the next tick tries again, and /readyz says so meanwhile.
      deps.log({ level: 'error', message: 'a tick of the controller failed', error: String(error) });
      await deps.clock.sleep(2, signal).catch(() => {});
    }
    await deps.clock.sleep(tickSeconds, signal).catch(() => {});
  }
  await Promise.all(memory.underWay.values());
  await deps.coordination.releaseLeases(deps.me).catch((error: unknown) => {
    deps.log({ level: 'warn', message: 'leases could not be given up; they expire', error: String(error) });
  });
}
