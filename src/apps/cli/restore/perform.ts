import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Environment, Estate, Repository, Stage } from '../../../core/estate/index.ts';
import { Fault, type Refusal } from '../../../core/kernel/index.ts';
import {
  copyNameRefusal,
  deriveCopy,
  type EnvironmentCopy,
  planRestore,
  type Reduction,
  type RestorePlan,
  type RestoreReport,
  type RestoreWish,
} from '../../../core/recovery/index.ts';
import { type CopyDependencies, moveCopy, removeCopy, requestCopy } from '../../../workflows/recovery/copies.ts';
import { type FinishedRestore, finishRestore } from '../../../workflows/recovery/finish-restore.ts';
import { restore } from '../../../workflows/recovery/restore.ts';
import { bringUpOf, claimName, markCopy, openCopyMachine, takeCopyAway } from '../../wire-machine.ts';
import { choosePorts, isRestorable, observeForRestore, openDeclaredTarget, restoreParts } from '../../wire-restore.ts';
import { openPublishingStore } from '../../wire-store.ts';
import { clock } from '../../wire-up.ts';
import type { CommandContext } from '../command.ts';
import { showSteps } from './show.ts';

/** What `restore` and `clone` have read from the command line. */
export interface RestoreOrder {
  readonly environment: Environment;
  readonly estate: Estate;
  readonly directory: string;
  readonly wish: RestoreWish;
  readonly stage: Stage;
  readonly expiresAt: Temporal.Instant | null;
  readonly acceptsDamage: boolean;
  readonly reduction?: Reduction;
  readonly isDryRun: boolean;
  /** The one that backups are written to where it is absent. */
  readonly repository?: Repository;
  /** Asked once the plan is known, before anything is touched. */
  readonly confirm: (plan: RestorePlan) => Promise<void>;
}

/** How it went. `copy` is what was made, where nobody had declared it. */
export type Outcome =
  | Refusal
  | { readonly kind: 'planned'; readonly plan: RestorePlan }
  | { readonly kind: 'finished'; readonly finished: FinishedRestore; readonly url: string }
  | {
      readonly kind: 'restored';
      readonly report: RestoreReport;
      readonly url: string;
      readonly copy: EnvironmentCopy | undefined;
    };

const declaredAs = ({ estate }: RestoreOrder, name: string): Environment | undefined =>
  estate.environments.find((each) => each.name === name);

async function newCopy(order: RestoreOrder, plan: RestorePlan, now: Temporal.Instant): Promise<EnvironmentCopy> {
  const { wish, environment, stage, expiresAt } = order;
  const { isLive, isAnonymised, isReduced } = wish;
  const { id: backup, reachesAt } = plan.point;
  const asked = { id: randomUUID(), name: wish.target, stage, isLive, isAnonymised, isReduced, backup, reachesAt };
  const purpose = wish.mode === 'clone' ? 'clone' : 'restore';
  return deriveCopy(environment, { ...asked, purpose, ports: await choosePorts(), createdAt: now, expiresAt });
}

/** A copy that an earlier run recorded and never finished holds its name: its remains go first. */
async function removeAbandoned(deps: CopyDependencies, name: string, context: CommandContext): Promise<void> {
  const earlier = await deps.store.copies.find(name);
  if (earlier === undefined) return;
  if (earlier.state !== 'requested' && earlier.state !== 'provisioned') {
    throw new Fault('COPY_EXISTS', `There is a copy ${name} already: it is ${earlier.state}.`);
  }
  const takeAway = (copy: EnvironmentCopy): Promise<void> => takeCopyAway(copy, context.settings);
  await removeCopy(deps, earlier, takeAway, 'what made it ended before it was done');
}

async function intoCopy(order: RestoreOrder, plan: RestorePlan, context: CommandContext, store: Store) {
  const { settings, signal, output } = context;
  const verb = order.wish.mode === 'clone' ? 'clone' : 'restore';
  const deps: CopyDependencies = { store, clock, actor: { kind: 'cli', name: verb } };
  const copy = await newCopy(order, plan, clock.now());
  await requestCopy(deps, copy);
  await markCopy(copy, settings);
  const into = await openCopyMachine(copy, settings);
  const takeAway = (): Promise<void> => takeCopyAway(copy, settings);
  try {
    const { environment, wish, acceptsDamage } = order;
    const parts = await restoreParts(environment, { ...order, settings, store, into, verb });
    const request = { id: copy.id, environment, wish, plan, acceptsDamage, listener: showSteps(output), signal };
    const report = await restore(parts, request);
    await into.target.settle({ keepsOld: false });
    await moveCopy(deps, copy, { to: 'provisioned', reason: 'its data is in place' });
    const moved = await moveCopy(deps, copy, { to: 'active', reason: 'it serves' });
    return { kind: 'restored', report, url: urlOf(copy.ports.web), copy: 'kind' in moved ? copy : moved } as const;
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
  context: CommandContext,
  store: Store,
) {
  const { settings, signal, output } = context;
  const { environment, estate, wish, acceptsDamage } = order;
  const isInPlace = wish.mode === 'in-place';
  const into = await openDeclaredTarget(target, estate, settings, isInPlace);
  const parts = await restoreParts(environment, { ...order, settings, store, into, verb: 'restore' });
  const id = randomUUID();
  const request = { id, environment, wish, plan, acceptsDamage, listener: showSteps(output), signal };
  const report = await restore(parts, request);
  if (!isInPlace) await into.target.settle({ keepsOld: false });
  return { kind: 'restored', report, url: urlOf(into.machine.layout.ports.web), copy: undefined } as const;
}

/** A restore in place that was killed is finished before another is begun. */
async function finishEarlier(
  { environment, estate }: RestoreOrder,
  { settings, signal, output }: CommandContext,
  store: Store,
): Promise<Extract<Outcome, { kind: 'finished' }> | undefined> {
  if (!isRestorable(environment, settings)) return undefined;
  const into = await openDeclaredTarget(environment, estate, settings, true);
  const actor = { kind: 'cli', name: 'restore' } as const;
  const deps = { store, clock, actor, target: into.target, bringUp: bringUpOf(into) };
  const report = ({ detail }: { readonly detail: string }): void => output.note(`  ${detail}`);
  const finished = await finishRestore(deps, { report, signal });
  if (finished === undefined) return undefined;
  return { kind: 'finished', finished, url: urlOf(into.machine.layout.ports.web) };
}

/** Looks, plans, asks and does it. */
export async function carryOut(order: RestoreOrder, context: CommandContext): Promise<Outcome> {
  const { environment, estate, wish, isDryRun } = order;
  const { settings } = context;
  const isInPlace = wish.mode === 'in-place';
  const declared = isInPlace ? environment : declaredAs(order, wish.target);
  const names = estate.environments.map(({ name }) => name);
  const nameRefusal = declared === undefined || wish.mode === 'clone' ? copyNameRefusal(wish.target, names) : undefined;
  if (nameRefusal !== undefined) return nameRefusal;
  const claim = await claimName(settings, wish.target);
  const opened = await openPublishingStore(settings, 'share');
  try {
    const deps: CopyDependencies = { store: opened.store, clock, actor: { kind: 'cli', name: 'restore' } };
    if (declared === undefined && !isDryRun) await removeAbandoned(deps, wish.target, context);
    if (isInPlace && !isDryRun) {
      const finished = await finishEarlier(order, context, opened.store);
      if (finished !== undefined) return finished;
    }
    const view = await observeForRestore(environment, { ...order, settings, target: wish.target, isInPlace });
    const plan = planRestore(environment, wish, view);
    if (plan.kind === 'refused') return plan;
    if (isDryRun) return { kind: 'planned', plan };
    await order.confirm(plan);
    return declared === undefined
      ? await intoCopy(order, plan, context, opened.store)
      : await intoDeclared(order, declared, plan, context, opened.store);
  } finally {
    await opened.close();
    await claim.release();
  }
}

type Store = CopyDependencies['store'];

/** Where the credentials of a target are. */
export const credentialsOf = (stateDirectory: string, name: string): string =>
  join(resolve(stateDirectory), name, 'odoo-admin-password');
