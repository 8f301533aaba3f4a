import { randomUUID } from 'node:crypto';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { formatBytes } from '../core/kernel/index.ts';
import type { Actor } from '../core/ledger/index.ts';
import { recordCheck } from '../workflows/recovery/check-content.ts';
import { planPrunes } from '../workflows/recovery/prune.ts';
import { pruneNow } from '../workflows/recovery/prune-now.ts';
import { prunedWords } from '../workflows/recovery/prune-task.ts';
import {
  defineRequestedWork,
  type Requested,
  type RequestedWork,
  type RequestedWorkDeps,
  startRequested,
} from '../workflows/recovery/requested-work.ts';
import { restore } from '../workflows/recovery/restore.ts';
import type { RestoreListener, RestoreRequest } from '../workflows/recovery/restore-parts.ts';
import type { TaskHandle, TaskOutcome } from '../workflows/recovery/run-task.ts';
import { backupToVerify, verifyBackup } from '../workflows/recovery/verify-backup.ts';
import { resource } from './contract/index.ts';
import type { Requests, VerifyAsk } from './server/deps.ts';
import { claimMachine } from './wire-drill.ts';
import { createLookWorld } from './wire-look.ts';
import { carryOut, type OrderContext, type Outcome, settleInterrupted } from './wire-order.ts';
import { placeFrom, verifyParts } from './wire-recovery.ts';
import { isRestorable } from './wire-restore.ts';
import { lookAtRestore, orderOf, type RestoringParts } from './wire-restoring.ts';

/** Longer than a drill or another copy takes, so that one that hangs elsewhere does not hold this controller for good. */
const longestWaitSeconds = 3_600;
const second = (at: Temporal.Instant): string => at.toString({ smallestUnit: 'second' });

interface RequestParts extends RestoringParts, Pick<RequestedWorkDeps, 'durable' | 'signal' | 'log'> {
  /** Looks at what changed about an environment's recovery at once. */
  readonly afterwards: <Result>(environment: string, work: Promise<Result>) => Promise<Result>;
}

/** Steps as a task tells them. */
function listenerOf({ report }: TaskHandle): RestoreListener {
  return {
    began: ({ title }) => report({ step: title }),
    progressed: ({ title }, { doneBytes, totalBytes }) => report({ step: title, doneBytes, totalBytes }),
    ended: () => {},
    failed: () => {},
  };
}

/** What a restore or a clone came to, in one sentence. */
export function restoreOutcome(outcome: Outcome): TaskOutcome<Outcome> {
  if (outcome.kind === 'refused') {
    const words = outcome.reasons.map(({ code, message, hint }) => `${code}: ${message} ${hint}`).join(' ');
    return { result: outcome, outcome: words, isGood: false };
  }
  if (outcome.kind === 'finished') {
    const { backup, keptOld } = outcome.finished;
    const kept = keptOld === undefined ? '' : ` What was there before is kept in ${keptOld}.`;
    return {
      result: outcome,
      outcome: `A restore of ${backup} that was killed is finished; it serves at ${outcome.url}.${kept}`,
    };
  }
  const { report, url, copy } = outcome;
  const { target, backup, reachesAt, safetyBackup, keptOld, checks } = report;
  const until = copy?.expiresAt == null ? '' : `, until ${second(copy.expiresAt)}`;
  const before = [
    ...(safetyBackup === null ? [] : [` What was there before is backup ${safetyBackup}.`]),
    ...(keptOld === null ? [] : [` What was there before is kept in ${keptOld}.`]),
  ].join('');
  const damage = checks
    .filter(({ outcome: each }) => each === 'failed')
    .map(({ name, detail }) => `${name}: ${detail}`);
  const told = damage.length === 0 ? '' : ` What came back does not hold together: ${damage.join('; ')}.`;
  const words = `${target} serves at ${url}, from ${backup}, as of ${second(reachesAt)}${until}.${before}${told}`;
  return { result: outcome, outcome: words, isGood: damage.length === 0 };
}

/** In place, people may write to what was exchanged: from then on nobody cancels it. */
const pastReturnOf = ({ wish }: RestoreRequest, { passReturn }: TaskHandle) =>
  wish.mode === 'in-place' ? passReturn : undefined;

function contextOf(parts: RequestParts, { task }: Requested, handle: TaskHandle): OrderContext {
  return {
    settings: parts.settings,
    store: parts.store,
    actor: task.requestedBy,
    id: task.id,
    listener: listenerOf(handle),
    perform: (restoring, request) => restore(restoring, { ...request, beforeExchange: pastReturnOf(request, handle) }),
    report: (detail) => handle.report({ step: detail }),
    signal: handle.signal,
    // The name was typed, and the loss agreed to, when it was asked for: the plan refuses where either no longer covers it.
    confirm: async () => {},
  };
}

/** A restored copy is a second Odoo and a second PostgreSQL: one at a time on a machine, whatever it is for. */
async function aloneOnMachine<Result>(what: string, handle: TaskHandle, work: () => Promise<Result>): Promise<Result> {
  const onWait = (): void => handle.report({ step: 'Wait for another drill or copy to leave this machine' });
  const lock = await claimMachine(what, { waitSeconds: longestWaitSeconds, signal: handle.signal, onWait });
  return work().finally(() => lock.release());
}

const orderIn = (parts: RequestParts, { environment, ask }: Requested) =>
  orderOf(environment, resource.restorePlanAsk.parse(JSON.parse(ask)), parts);

function restoreWork(parts: RequestParts): RequestedWork {
  return async (requested, handle) => {
    const order = orderIn(parts, requested);
    if ('kind' in order) return restoreOutcome(order);
    const work = () => carryOut(order, contextOf(parts, requested, handle));
    const { mode, target } = order.wish;
    // On a bad day nothing is waited for: what is asked for is the environment itself.
    if (mode === 'in-place') return restoreOutcome(await work());
    return restoreOutcome(await aloneOnMachine(`a copy of ${order.environment.name}, ${target}`, handle, work));
  };
}

function settleWork(parts: RequestParts): RequestedWork {
  return async (requested, handle) => {
    const order = orderIn(parts, requested);
    if ('kind' in order) return restoreOutcome(order);
    const { result, words } = await settleInterrupted(order, contextOf(parts, requested, handle));
    return { result, outcome: words, isGood: result === 'in-place' };
  };
}

function verifyWork(parts: RequestParts): RequestedWork {
  const { settings, store, estate } = parts;
  return async ({ environment, task, ask }, { signal, report }) => {
    const { backup, repository } = JSON.parse(ask) as VerifyAsk;
    const declared = placeFrom(estate(), environment, repository);
    const given = await verifyParts(declared, settings);
    const checked = await verifyBackup(given, {
      environment: environment.name,
      backup: await backupToVerify(given, environment.name, backup),
      report: ({ doneBytes, totalBytes }) => report({ step: 'Check every piece', doneBytes, totalBytes }),
      signal,
    });
    await recordCheck({ clock: systemClock, store, actor: task.requestedBy }, checked, declared);
    const { isIntact, files, bytes, problemCount, problems } = checked;
    const first = problems.slice(0, 3).map(({ name, state, detail }) => `${name} is ${state}: ${detail}`);
    const outcome = isIntact
      ? `${checked.backup} is whole: ${files} files of ${formatBytes(bytes)} in ${declared.name} were read and proved.`
      : `${checked.backup} in ${declared.name} is damaged in ${problemCount} ${problemCount === 1 ? 'place' : 'places'}: ${first.join('; ')}`;
    return { result: checked, outcome, isGood: isIntact };
  };
}

const pruneDeps = ({ settings, store }: RestoringParts, actor: Actor) => ({
  ...createLookWorld(settings, store),
  actor,
});

function pruneWork(parts: RequestParts): RequestedWork {
  return async ({ environment, task }, { signal, report }) => {
    const deps = pruneDeps(parts, task.requestedBy);
    report({ step: 'Look at what retention keeps' });
    const planned = await planPrunes(deps, parts.estate(), environment);
    report({ step: 'Withdraw what no rule keeps' });
    const { withdrawn, failed, collected } = await pruneNow(deps, planned, {
      signal,
      around: (declared, work) => {
        report({ step: `Free in ${declared.name} what no backup needs` });
        return work();
      },
    });
    const bytes = collected.reduce((sum, { report: each }) => sum + each.bytes, 0);
    const outcome = prunedWords({ withdrawn, failed }, `, ${formatBytes(bytes)} freed`);
    return { result: null, outcome, isGood: failed.length === 0 };
  };
}

/** Makes what people may ask for known to the engine. */
export function wireRequests(parts: RequestParts): Requests {
  const deps = { ...parts, clock: systemClock, newId: randomUUID };
  const looked =
    (work: RequestedWork): RequestedWork =>
    (requested, handle) =>
      parts.afterwards(requested.environment.name, work(requested, handle));
  defineRequestedWork({
    ...deps,
    isHere: (environment, kind) => kind === 'verify' || kind === 'prune' || isRestorable(environment, parts.settings),
    works: {
      restore: looked(restoreWork(parts)),
      clone: looked(restoreWork(parts)),
      verify: looked(verifyWork(parts)),
      prune: looked(pruneWork(parts)),
    },
    settleInPlace: looked(settleWork(parts)),
  });
  const start = (wish: Parameters<typeof startRequested>[1], ask: object, requestedBy: Actor) =>
    startRequested(deps, wish, { ask: JSON.stringify(ask), requestedBy });
  return {
    lookAtRestore: (environment, ask) => lookAtRestore(environment, ask, parts),
    restore: ({ name: environment }, ask, by) => {
      const kind = ask.mode === 'clone' ? 'clone' : 'restore';
      const target = ask.mode === 'in-place' ? null : ask.target;
      return start({ environment, kind, target, backup: ask.backup ?? null }, ask, by);
    },
    verify: ({ name: environment }, ask, by) =>
      start({ environment, kind: 'verify', target: null, backup: ask.backup ?? null }, ask, by),
    planPrune: (environment) =>
      planPrunes(pruneDeps(parts, { kind: 'controller', name: 'controller' }), parts.estate(), environment),
    prune: ({ name: environment }, by) => start({ environment, kind: 'prune', target: null, backup: null }, {}, by),
  };
}
