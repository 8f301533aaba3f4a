import { randomUUID } from 'node:crypto';
import { systemClock } from '../adapters/clock/system-clock.ts';
import type { Environment, Estate, Repository, Stage } from '../core/estate/index.ts';
import { Fault, type Refusal } from '../core/kernel/index.ts';
import type { Actor } from '../core/ledger/index.ts';
import {
  copyNameRefusal,
  deriveCopy,
  type EnvironmentCopy,
  planRestore,
  type Reduction,
  type RestorePlan,
  type RestoreReport,
  type RestoreView,
  type RestoreWish,
} from '../core/recovery/index.ts';
import type { Store } from '../ports/store.ts';
import { type CopyDependencies, moveCopy, removeCopy, requestCopy } from '../workflows/recovery/copies.ts';
import { type FinishedRestore, finishRestore } from '../workflows/recovery/finish-restore.ts';
import type { restore } from '../workflows/recovery/restore.ts';
import type { RestoreListener } from '../workflows/recovery/restore-parts.ts';
import type { Settings } from './settings.ts';
import { bringUpOf, claimName, markCopy, openCopyMachine, takeCopyAway } from './wire-machine.ts';
import { choosePorts, isRestorable, observeForRestore, openDeclaredTarget, restoreParts } from './wire-restore.ts';

/** What somebody asked `restore` or `clone` for: at the command line, or by the API. */
export interface RestoreOrder {
  readonly environment: Environment;
  readonly estate: Estate;
  readonly directory: string;
  readonly wish: RestoreWish;
  readonly stage: Stage;
  readonly expiresAt: Temporal.Instant | null;
  readonly acceptsDamage: boolean;
  readonly reduction?: Reduction;
  /** The one that backups are written to where it is absent. */
  readonly repository?: Repository;
}

/** Who carries an order out, with what, and who hears of it. */
export interface OrderContext {
  readonly settings: Settings;
  readonly store: Store;
  readonly actor: Actor;
  /** What its records call it; a new one where it is absent. */
  readonly id?: string;
  readonly listener: RestoreListener;
  /** Walks the steps of a plan, where those who may see it can. */
  readonly perform: typeof restore;
  /** What is done to finish an earlier restore that was killed. */
  readonly report: (detail: string) => void;
  readonly signal: AbortSignal;
  /** Asked once the plan is known, before anything is touched; throws where nobody agrees. */
  readonly confirm: (plan: RestorePlan) => Promise<void>;
}

/** How it went. `copy` is what was made, where nobody had declared it. */
export type Outcome =
  | Refusal
  | { readonly kind: 'finished'; readonly finished: FinishedRestore; readonly url: string }
  | {
      readonly kind: 'restored';
      readonly report: RestoreReport;
      readonly url: string;
      readonly copy: EnvironmentCopy | undefined;
    };

/** What the estate declares as the target: the environment itself in place, and mostly nothing elsewhere. */
const declaredTarget = ({ estate, environment, wish }: RestoreOrder): Environment | undefined =>
  wish.mode === 'in-place' ? environment : estate.environments.find(({ name }) => name === wish.target);

/** Why the name cannot be the target's, as far as it goes without looking at the machine. */
function nameRefusal(order: RestoreOrder): Refusal | undefined {
  const { estate, wish } = order;
  if (declaredTarget(order) !== undefined && wish.mode !== 'clone') return undefined;
  const names = estate.environments.map(({ name }) => name);
  return copyNameRefusal(wish.target, names);
}

/** Where is looked; nothing but the ledger is read of the records. */
export interface Looking {
  readonly settings: Settings;
  readonly store: Store | undefined;
}

/** Looks at what there is to restore from and to; or says why the name is none. Changes nothing. */
export async function lookForOrder(order: RestoreOrder, from: Looking): Promise<RestoreView | Refusal> {
  const refused = nameRefusal(order);
  if (refused !== undefined) return refused;
  const { environment, wish } = order;
  // Whoever asks may hold more than that, such as another estate than the order was made for.
  const { settings, store } = from;
  return observeForRestore(environment, {
    ...order,
    settings,
    store,
    target: wish.target,
    isInPlace: wish.mode === 'in-place',
  });
}

/** Looks, and plans. Changes nothing. */
export async function planOrder(order: RestoreOrder, from: Looking): Promise<RestorePlan | Refusal> {
  const view = await lookForOrder(order, from);
  return 'kind' in view ? view : planRestore(order.environment, order.wish, view);
}

async function newCopy(order: RestoreOrder, plan: RestorePlan, now: Temporal.Instant): Promise<EnvironmentCopy> {
  const { wish, environment, stage, expiresAt } = order;
  const { isLive, isAnonymised, isReduced } = wish;
  const { id: backup, reachesAt } = plan.point;
  const asked = { id: randomUUID(), name: wish.target, stage, isLive, isAnonymised, isReduced, backup, reachesAt };
  const purpose = wish.mode === 'clone' ? 'clone' : 'restore';
  return deriveCopy(environment, { ...asked, purpose, ports: await choosePorts(), createdAt: now, expiresAt });
}

const copyDeps = ({ store, actor }: OrderContext): CopyDependencies => ({ store, clock: systemClock, actor });

/** A copy that an earlier run recorded and never finished holds its name: its remains go first. */
async function removeAbandoned(name: string, context: OrderContext): Promise<void> {
  const earlier = await context.store.copies.find(name);
  if (earlier === undefined) return;
  if (earlier.state !== 'requested' && earlier.state !== 'provisioned') {
    throw new Fault('COPY_EXISTS', `There is a copy ${name} already: it is ${earlier.state}.`);
  }
  const takeAway = (copy: EnvironmentCopy): Promise<void> => takeCopyAway(copy, context.settings);
  await removeCopy(copyDeps(context), earlier, takeAway, 'what made it ended before it was done');
}

async function intoCopy(order: RestoreOrder, plan: RestorePlan, context: OrderContext): Promise<Outcome> {
  const { settings, listener, signal } = context;
  const deps = copyDeps(context);
  const copy = await newCopy(order, plan, systemClock.now());
  await requestCopy(deps, copy);
  await markCopy(copy, settings);
  const into = await openCopyMachine(copy, settings);
  const takeAway = (): Promise<void> => takeCopyAway(copy, settings);
  try {
    const { environment, wish, acceptsDamage } = order;
    const parts = await restoreParts(environment, { ...order, ...context, into });
    const request = { id: copy.id, environment, wish, plan, acceptsDamage, listener, signal };
    const report = await context.perform(parts, request);
    await into.target.settle({ keepsOld: false });
    await moveCopy(deps, copy, { to: 'provisioned', reason: 'its data is in place' });
    const moved = await moveCopy(deps, copy, { to: 'active', reason: 'it serves' });
    return { kind: 'restored', report, url: urlOf(copy.ports.web), copy: 'kind' in moved ? copy : moved };
  } catch (error) {
    await removeCopy(deps, copy, takeAway, 'it could not be made').catch(() => undefined);
    throw error;
  }
}

const urlOf = (port: number): string => `http://127.0.0.1:${port}`;

async function intoDeclared(
  order: RestoreOrder,
  target: Environment,
  plan: RestorePlan,
  context: OrderContext,
): Promise<Outcome> {
  const { settings, listener, signal } = context;
  const { environment, estate, wish, acceptsDamage } = order;
  const isInPlace = wish.mode === 'in-place';
  const into = await openDeclaredTarget(target, estate, settings, isInPlace);
  const parts = await restoreParts(environment, { ...order, ...context, into });
  const request = { id: context.id ?? randomUUID(), environment, wish, plan, acceptsDamage, listener, signal };
  const report = await context.perform(parts, request);
  if (!isInPlace) await into.target.settle({ keepsOld: false });
  return { kind: 'restored', report, url: urlOf(into.machine.layout.ports.web), copy: undefined };
}

/** A restore in place that was killed is finished before another is begun. Whoever calls it holds the name. */
async function finishEarlier(
  { environment, estate }: RestoreOrder,
  { settings, store, actor, signal, report }: OrderContext,
): Promise<Extract<Outcome, { kind: 'finished' }> | undefined> {
  if (!isRestorable(environment, settings)) return undefined;
  const into = await openDeclaredTarget(environment, estate, settings, true);
  const deps = { store, clock: systemClock, actor, target: into.target, bringUp: bringUpOf(into) };
  const finished = await finishRestore(deps, { report: ({ detail }) => report(detail), signal });
  if (finished === undefined) return undefined;
  return { kind: 'finished', finished, url: urlOf(into.machine.layout.ports.web) };
}

async function perform(order: RestoreOrder, context: OrderContext): Promise<Outcome> {
  const { wish } = order;
  const declared = declaredTarget(order);
  if (declared === undefined) await removeAbandoned(wish.target, context);
  if (wish.mode === 'in-place') {
    const finished = await finishEarlier(order, context);
    if (finished !== undefined) return finished;
  }
  const plan = await planOrder(order, context);
  if (plan.kind === 'refused') return plan;
  await context.confirm(plan);
  return declared === undefined ? intoCopy(order, plan, context) : intoDeclared(order, declared, plan, context);
}

/**
 * Looks, plans, asks and does it; one restore or clone of a name at a time on this machine. Throws RESTORE_UNDER_WAY,
 * COPY_EXISTS, and what failed, after it was undone.
 */
export async function carryOut(order: RestoreOrder, context: OrderContext): Promise<Outcome> {
  const refused = nameRefusal(order);
  if (refused !== undefined) return refused;
  const claim = await claimName(context.settings, order.wish.target);
  return perform(order, context).finally(() => claim.release());
}

const mostEntries = 200;

/** Whether the ledger says of a restore that it came to its good end. */
async function hasSucceeded({ environment }: RestoreOrder, { store, id }: OrderContext): Promise<boolean> {
  const entries = await store.ledger.tail({ subject: `environment/${environment.name}`, limit: mostEntries });
  return entries.some(({ type, data }) => type === 'restore.succeeded' && data['restore'] === id);
}

/** How a restore in place stands whose process was killed: what it restored is in place, or what was there before is. */
export interface SettledRestore {
  readonly result: 'in-place' | 'as-before';
  readonly words: string;
}

async function settle(order: RestoreOrder, context: OrderContext): Promise<SettledRestore> {
  const { environment, estate } = order;
  const { settings, report, signal } = context;
  if (await hasSucceeded(order, context)) {
    return {
      result: 'in-place',
      words: `${environment.name} was restored in its place; what told of it ended too early.`,
    };
  }
  const finished = await finishEarlier(order, context);
  if (finished !== undefined)
    return {
      result: 'in-place',
      words: `A restore of ${finished.finished.backup} that was killed is finished: ${environment.name} serves at ${finished.url}.`,
    };
  const into = await openDeclaredTarget(environment, estate, settings, true);
  await bringUpOf(into)({ report: ({ detail }) => report(detail), signal });
  await into.target.letRun();
  const words = `It was killed before anything was exchanged: what was there before is in its place and serves. Ask for it again where it is still wanted.`;
  return { result: 'as-before', words };
}

/**
 * Makes whole what a killed restore in place left, and begins none: what was exchanged is finished, what was not is as it
 * was and serves again. People have worked since: what they wrote is not replaced because a process died.
 */
export async function settleInterrupted(order: RestoreOrder, context: OrderContext): Promise<SettledRestore> {
  const claim = await claimName(context.settings, order.wish.target);
  return settle(order, context).finally(() => claim.release());
}
