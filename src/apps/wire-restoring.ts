import { systemClock } from '../adapters/clock/system-clock.ts';
import { holderOf } from '../adapters/host/lock.ts';
import type { Environment, Estate } from '../core/estate/index.ts';
import { Fault, type Refusal, type RefusalReason } from '../core/kernel/index.ts';
import { expiryOf, previewRestore } from '../core/recovery/index.ts';
import type { Store } from '../ports/store.ts';
import { commandFor, wishOf } from './restore-wish.ts';
import type { LookedAtRestore, RestoreAsk } from './server/deps.ts';
import type { Settings } from './settings.ts';
import { lockOf } from './wire-machine.ts';
import { lookForOrder, type RestoreOrder } from './wire-order.ts';
import { hasIdentity, placeFrom } from './wire-recovery.ts';
import { isRestorable } from './wire-restore.ts';

export interface RestoringParts {
  readonly settings: Settings;
  readonly directory: string;
  readonly store: Store;
  readonly estate: () => Estate;
}

const given = <Value>(value: Value | undefined): value is Value => value !== undefined;

/** What was left out is not there, rather than undefined. */
const reductionOf = (ask: RestoreAsk): RestoreOrder['reduction'] =>
  ask.mode !== 'clone' || ask.reduceSeconds === undefined
    ? undefined
    : Object.fromEntries(Object.entries(ask.reduceSeconds).filter(([, seconds]) => given(seconds)));

/** A wish as an order; or why its date is impossible. Throws REPOSITORY_INVALID where it names a Repository that has no copies. */
export function orderOf(
  environment: Environment,
  ask: RestoreAsk,
  { estate, directory }: Pick<RestoringParts, 'estate' | 'directory'>,
): RestoreOrder | Refusal {
  const expiresAt = ask.mode === 'clone' ? expiryOf(systemClock.now(), ask.expiresInSeconds) : null;
  if (expiresAt !== null && 'kind' in expiresAt) return expiresAt;
  const reduction = reductionOf(ask);
  return {
    environment,
    estate: estate(),
    directory,
    wish: wishOf(environment, ask),
    stage: ask.mode === 'clone' ? ask.stage : ask.mode === 'new' ? 'recovery-test' : environment.stage,
    expiresAt,
    acceptsDamage: ask.mode === 'clone' || (ask.mode === 'in-place' && ask.acceptsDamage),
    ...(reduction === undefined ? {} : { reduction }),
    ...(ask.repository === undefined ? {} : { repository: placeFrom(estate(), environment, ask.repository) }),
  };
}

/** Why it cannot be done on this machine; `command` does it on one that can. */
async function machineReasons(
  { environment, estate, repository }: RestoreOrder,
  { settings }: RestoringParts,
  command: string,
): Promise<readonly RefusalReason[]> {
  if (!isRestorable(environment, settings)) {
    const message = `This machine does not have the Odoo that ${environment.name} runs, so that it cannot bring a copy of it back.`;
    return [{ code: 'RESTORE_ELSEWHERE', message, hint: `Run \`${command}\` on the machine that runs it.` }];
  }
  const declared = repository ?? placeFrom(estate, environment, undefined);
  if (await hasIdentity(declared, settings)) return [];
  const message = `This machine does not have the identity that opens ${declared.name}.`;
  return [
    { code: 'KEY_MISSING', message, hint: `Run \`${command}\` on a machine that has it, or give it to this one.` },
  ];
}

/** Whether something has the name, or is at work on it, that looking at the machine's directories does not show. */
async function nameReasons({ wish }: RestoreOrder, parts: RestoringParts): Promise<readonly RefusalReason[]> {
  const { target, mode } = wish;
  // Only asked for: holding it, however shortly, would refuse whoever begins in that moment.
  const holder = await holderOf(lockOf(parts.settings, target));
  if (holder !== undefined) {
    const message = `Another process restores, clones or removes ${target} at this moment: ${holder}.`;
    return [{ code: 'RESTORE_UNDER_WAY', message, hint: 'Wait for it to end.' }];
  }
  const copy = mode === 'in-place' ? undefined : await parts.store.copies.find(target);
  if (copy === undefined || copy.state === 'requested' || copy.state === 'provisioned') return [];
  const message = `There is a copy ${target} already: it is ${copy.state}.`;
  return [{ code: 'COPY_EXISTS', message, hint: 'Choose another name, or remove it first.' }];
}

const refusedBy = (reasons: readonly RefusalReason[], view?: LookedAtRestore['view']): LookedAtRestore => ({
  lookedAt: systemClock.now(),
  view,
  plan: undefined,
  agreements: [],
  refusals: reasons,
});

async function look(environment: Environment, ask: RestoreAsk, parts: RestoringParts): Promise<LookedAtRestore> {
  const order = orderOf(environment, ask, parts);
  if ('kind' in order) return refusedBy(order.reasons);
  const reasons = [
    ...(await machineReasons(order, parts, commandFor(environment, ask))),
    ...(await nameReasons(order, parts)),
  ];
  if (reasons.length > 0) return refusedBy(reasons);
  const view = await lookForOrder(order, parts);
  if ('kind' in view) return refusedBy(view.reasons);
  return { lookedAt: view.now, view, ...previewRestore(environment, order.wish, view) };
}

/** What a wish would come to on this machine. What keeps it from looking is a reason too. Changes nothing. */
export async function lookAtRestore(
  environment: Environment,
  ask: RestoreAsk,
  parts: RestoringParts,
): Promise<LookedAtRestore> {
  return look(environment, ask, parts).catch((error: unknown) => {
    if (!(error instanceof Fault)) throw error;
    return refusedBy([{ code: error.code, message: error.message, hint: error.remedy }]);
  });
}
