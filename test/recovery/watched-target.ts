import type { Environment } from '../../src/core/estate/index.ts';
import { type BackupManifest, planRestore } from '../../src/core/recovery/index.ts';
import { environmentWith } from '../../src/core/recovery/test-estate.ts';
import type { RestoreTarget } from '../../src/ports/restore-target.ts';

/** A target that writes down what is done to it, and does nothing: for what must not be done to one. */
export function createWatchedTarget(): { readonly target: RestoreTarget; readonly done: readonly string[] } {
  const done: string[] = [];
  const noted = (what: string) => async (): Promise<void> => void done.push(what);
  return {
    done,
    target: {
      name: 'acme-rescue',
      database: 'acme',
      observe: async () => ({ hasData: false, unsettled: undefined }),
      heal: async () => 'nothing',
      stopOdoo: noted('stopOdoo'),
      accept: noted('accept'),
      exchange: noted('exchange'),
      putBack: noted('putBack'),
      openDatabase: noted('openDatabase'),
      letRun: noted('letRun'),
      settle: async () => undefined,
      remove: noted('remove'),
    },
  };
}

/** A restore of the newest dump beside its source, planned as the command line does; nothing of the source is at hand. */
export function restoreBeside(environment: Environment, { id, consistentAt }: BackupManifest) {
  const wish = {
    mode: 'new',
    target: 'acme-rescue',
    at: undefined,
    backup: undefined,
    acceptLossSeconds: undefined,
    isLive: false,
    acceptsSecondLive: false,
    withoutSafetyBackup: false,
    runsJourneys: false,
    isReduced: false,
    isAnonymised: false,
  } as const;
  const plan = planRestore(environment, wish, {
    now: Temporal.Now.instant(),
    logical: [{ id, consistentAt, systemIdentifier: '7', isBeforeRestore: false }],
    physical: undefined,
    systemIdentifier: undefined,
    unarchivedSeconds: 60,
    source: 'silent',
    lastBusinessRowAt: undefined,
    canTakeSafetyBackup: false,
    target: 'nothing',
    obstacle: undefined,
    freeBytes: undefined,
    unpackedBytes: new Map(),
  });
  if (plan.kind === 'refused') throw new Error(JSON.stringify(plan.reasons));
  const listener = { began: () => {}, progressed: () => {}, ended: () => {}, failed: () => {} };
  return { id: 'restore-1', environment, wish, plan, acceptsDamage: false, listener };
}

const never = async (): Promise<never> => {
  throw new Error('nobody asks for it in this restore');
};

/** What such a restore is given and does not use. */
export const unusedParts = {
  actor: { kind: 'cli', name: 'test' },
  openArchive: undefined,
  mark: never,
  sourceFiles: undefined,
  safetyBackup: never,
  disguise: { rules: [], key: never, reduction: {} },
  bringUp: never,
} as const;

/** A declared environment where nothing runs: what a plan is about, and no more. */
export const declaredEnvironment = (): Environment => environmentWith('');
