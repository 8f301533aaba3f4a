import type { Environment } from '../../estate/index.ts';
import {
  type Bytes,
  formatBytes,
  formatDuration,
  type Refusal,
  type RefusalReason,
  refuse,
  type Seconds,
} from '../../kernel/index.ts';
import { type ChosenPoint, choosePoint, type PointView, type PointWish, roundUp } from './restore-point.ts';
import { type RestoreStep, restoreStep } from './restore-steps.ts';

/** What somebody asks for. */
export interface RestoreWish extends PointWish {
  /** Beside the source, as a copy for work on it, or in its own place. */
  readonly mode: 'new' | 'clone' | 'in-place';
  /** The environment that it becomes; in place, the source itself. */
  readonly target: string;
  /** It acts on the outside: it is not neutralised. */
  readonly isLive: boolean;
  /** Agreed: the source that still serves is meant to be replaced by hand. */
  readonly acceptsSecondLive: boolean;
  /** Agreed: what is there now is lost for good. */
  readonly withoutSafetyBackup: boolean;
  /** Journeys run where it reaches nothing, before it is put in its place. */
  readonly runsJourneys: boolean;
  readonly isReduced: boolean;
  readonly isAnonymised: boolean;
}

/** What was observed. */
export interface RestoreView extends PointView {
  /** Whether the source answers now; `unknown` where it is none of this machine's and has no address. */
  readonly source: 'serving' | 'silent' | 'unknown';
  /** The last business row in the source as it is now; `undefined` where it cannot be asked. */
  readonly lastBusinessRowAt: Temporal.Instant | null | undefined;
  readonly canTakeSafetyBackup: boolean;
  /** What lies at the target on this machine. */
  readonly target: 'nothing' | 'data';
  /** Why no place can be made here, where none can. */
  readonly obstacle: string | undefined;
  /** What may be written where it would be made; `undefined` where nobody can say. */
  readonly freeBytes: Bytes | undefined;
  /** What each backup takes once it is unpacked: its database and its files. */
  readonly unpackedBytes: ReadonlyMap<string, Bytes>;
}

export interface RestorePlan {
  readonly kind: 'plan';
  readonly point: ChosenPoint;
  /** Business that would be lost by it; `null` where nothing is replaced. */
  readonly lossSeconds: Seconds | null;
  /** What it takes on this machine, beside what is there; `null` where the backup does not say. */
  readonly neededBytes: Bytes | null;
  readonly steps: readonly RestoreStep[];
}

/** How much business of the source is not in what is restored: from the point on to its last row, or to now. */
export function projectedLoss(point: ChosenPoint, view: RestoreView): Seconds {
  const end = view.lastBusinessRowAt ?? view.now;
  return Math.max(0, end.since(point.reachesAt).total('seconds'));
}

function lossReasons(environment: Environment, wish: RestoreWish, lossSeconds: Seconds): readonly RefusalReason[] {
  const { rpoSeconds } = environment.objectives;
  if (wish.mode !== 'in-place' || rpoSeconds === undefined || lossSeconds <= rpoSeconds) return [];
  if (wish.acceptLossSeconds !== undefined && wish.acceptLossSeconds >= lossSeconds) return [];
  const loss = formatDuration(Math.ceil(lossSeconds));
  return [
    {
      code: 'LOSS_EXCEEDS_RPO',
      message: `This would lose ${loss} of business; tier ${environment.tier.name} allows ${formatDuration(rpoSeconds)}.`,
      hint: `Choose a later point; or agree to the loss with --accept-loss ${roundUp(lossSeconds)}.`,
    },
  ];
}

function safetyReasons(wish: RestoreWish, view: RestoreView): readonly RefusalReason[] {
  if (wish.mode !== 'in-place' || wish.withoutSafetyBackup || view.canTakeSafetyBackup) return [];
  return [
    {
      code: 'NO_SAFETY_BACKUP',
      message: 'What is there now cannot be backed up first: its database does not answer, or no repository takes it.',
      hint: 'Bring its database up; or go on with --no-safety-backup: then the old data is set aside and kept.',
    },
  ];
}

function targetReasons(environment: Environment, wish: RestoreWish, view: RestoreView): readonly RefusalReason[] {
  const { mode, target } = wish;
  if (mode === 'in-place') {
    if (environment.platform === 'host' && view.target === 'data') return [];
    return [
      {
        code: 'NOT_IN_PLACE',
        message: `${environment.name} does not run on this machine's own platform host, so that there is no place to restore in.`,
        hint: `Restore to a new environment: plimsoll restore ${environment.name} --to NAME.`,
      },
    ];
  }
  if (view.target === 'nothing') return [];
  const message = `There is data of an environment ${target} on this machine already; it is left alone.`;
  return [
    { code: 'TARGET_EXISTS', message, hint: `Choose another name, or remove it: plimsoll clone remove ${target}.` },
  ];
}

/** Two that act on the outside send every mail twice, ship twice and book twice. */
function liveReasons(environment: Environment, wish: RestoreWish, view: RestoreView): readonly RefusalReason[] {
  if (!wish.isLive || wish.mode === 'in-place') return [];
  if (wish.mode === 'clone') {
    const hint = 'Leave --live out.';
    return [{ code: 'CLONE_IS_NEVER_LIVE', message: 'A clone never acts on the outside.', hint }];
  }
  if (view.source !== 'serving' || wish.acceptsSecondLive) return [];
  return [
    {
      code: 'SOURCE_STILL_SERVES',
      message: `${environment.name} still serves: a second one that acts on the outside would send, ship and book twice.`,
      hint: 'Stop it first (`plimsoll component stop`), leave --live out, or agree with --although-source-serves.',
    },
  ];
}

/** It is made beside what is there, and only then exchanged: so that all of it must fit. */
function roomReasons(point: ChosenPoint, { freeBytes, unpackedBytes }: RestoreView): readonly RefusalReason[] {
  const neededBytes = unpackedBytes.get(point.id);
  if (freeBytes === undefined || neededBytes === undefined || neededBytes <= freeBytes) return [];
  const message = `${point.id} takes ${formatBytes(neededBytes)} once it is unpacked; ${formatBytes(freeBytes)} are free here.`;
  return [
    { code: 'NO_ROOM', message, hint: 'Make room on this machine, such as by removing clones; nothing was begun.' },
  ];
}

function stepsOf(wish: RestoreWish, view: RestoreView, point: ChosenPoint): readonly RestoreStep[] {
  const isInPlace = wish.mode === 'in-place';
  const physical = { why: `a physical backup: ${point.why}` };
  const kept = {
    title: 'Keep what was set aside',
    why: 'it was not backed up: it is all that is left of the old state',
  };
  const withJourneys = { title: 'Boot it where it reaches nothing, and run the journeys' };
  const isBackedUp = isInPlace && !wish.withoutSafetyBackup && view.canTakeSafetyBackup;
  return [
    ...(isInPlace ? [restoreStep('stop-odoo')] : []),
    ...(isBackedUp ? [restoreStep('safety-backup')] : []),
    ...(point.method === 'logical' ? [restoreStep('fetch', { why: `${point.id}: ${point.why}` })] : []),
    restoreStep('restore-database', point.method === 'physical' ? physical : {}),
    ...(wish.isLive ? [] : [restoreStep('neutralise')]),
    ...(wish.isReduced ? [restoreStep('reduce')] : []),
    ...(wish.isAnonymised ? [restoreStep('anonymise')] : []),
    restoreStep('restore-filestore'),
    restoreStep('check'),
    ...(isInPlace || wish.runsJourneys ? [restoreStep('prove', wish.runsJourneys ? withJourneys : {})] : []),
    restoreStep('exchange'),
    restoreStep('start'),
    ...(isInPlace ? [restoreStep('settle', isBackedUp ? {} : kept)] : []),
  ];
}

/**
 * What restoring or cloning takes, each step with its reason; or every reason why not, at once (RST-04, RST-05). Nothing is
 * touched by planning.
 */
export function planRestore(environment: Environment, wish: RestoreWish, view: RestoreView): RestorePlan | Refusal {
  const obstacles: readonly RefusalReason[] =
    view.obstacle === undefined
      ? []
      : [
          {
            code: 'ISOLATION_IMPOSSIBLE',
            message: `Nothing can be restored here: ${view.obstacle}.`,
            hint: 'Take the files out with --to-directory, and restore them elsewhere.',
          },
        ];
  const point = choosePoint(wish, view);
  const lossSeconds = point.kind === 'point' && wish.mode === 'in-place' ? projectedLoss(point, view) : null;
  const reasons = [
    ...obstacles,
    ...targetReasons(environment, wish, view),
    ...liveReasons(environment, wish, view),
    ...(point.kind === 'refused' ? point.reasons : []),
    ...(point.kind === 'point' ? roomReasons(point, view) : []),
    ...(lossSeconds === null ? [] : lossReasons(environment, wish, lossSeconds)),
    ...safetyReasons(wish, view),
  ];
  if (point.kind === 'refused' || reasons.length > 0) return refuse(...reasons);
  const neededBytes = view.unpackedBytes.get(point.id) ?? null;
  return { kind: 'plan', point, lossSeconds, neededBytes, steps: stepsOf(wish, view, point) };
}
