import type { Environment, Estate, LifecycleState } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import { type FilestoreMark, filesNotContinued, markEverySeconds, mayBegin } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Durable } from '../../ports/durable.ts';
import type { Store } from '../../ports/store.ts';
import type { DurableWork } from '../controller.ts';
import { reconcileFindings } from '../reconcile-findings.ts';
import { filesSource } from './look/look.ts';
import { reasonOf } from './record-backup.ts';

const mostOpen = 1_000;
const mostBackups = 2_000;

export interface MarkScheduleDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Store;
  readonly actor: Actor;
  readonly durable: Pick<Durable, 'define'>;
  readonly estate: () => Estate;
  /** Continues the files of the newest physical backup; `undefined` where there is none. */
  readonly mark: (environment: Environment) => Promise<Pick<FilestoreMark, 'backup' | 'at'> | undefined>;
  /** Starts a backup, which begins a new chain; once for a key. */
  readonly startBackup: (environment: Environment, key: string) => Promise<void>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** The looks that continue files between physical backups, also in peaks: they copy what is new, and little. */
export function markWorkOf(
  estate: Estate,
  lifecycle: ReadonlyMap<string, LifecycleState>,
  runsHere: (environment: Environment) => boolean,
): readonly DurableWork[] {
  return estate.environments
    .filter(
      ({ backup, connect }) => backup.method === 'physical' && backup.repository !== undefined && connect.filestore,
    )
    .filter((environment) => environment.platform === 'host' && runsHere(environment))
    .filter(({ name }) => !['suspended', 'retired'].includes(lifecycle.get(name) ?? ''))
    .map((environment) => ({
      name: `file-mark/${environment.name}`,
      everySeconds: markEverySeconds(environment),
      workflow: 'file-mark',
      input: { environment: environment.name },
    }));
}

/** A gap cannot be mended: only another backup makes later instants reachable again. Not in a peak, like every backup. */
async function beginNewChain(deps: MarkScheduleDeps, environment: Environment, { details }: Fault): Promise<void> {
  const { gap, backup } = details;
  if (gap === undefined || !mayBegin(environment, environment.backup, deps.clock.now()).isPermitted) return;
  await deps.startBackup(environment, `backup/${environment.name}/chain/${String(backup)}`);
}

/** Before the first physical backup there is nothing to continue, and where a dump stands in, that is said elsewhere. */
async function isMissed({ store }: MarkScheduleDeps, { name }: Environment, error: unknown): Promise<boolean> {
  if (error instanceof Fault && error.code === 'PHYSICAL_UNAVAILABLE') return false;
  const good = await store.backups.list({ environment: name, state: 'succeeded', limit: mostBackups });
  return good.some(({ method }) => method === 'physical');
}

/** Opens what is wrong, or closes it after a mark that was good. For how long it has been so says the open finding. */
async function report({ store, clock, actor }: MarkScheduleDeps, environment: Environment, why: string | undefined) {
  const scope = { source: filesSource, environment: environment.name };
  const now = clock.now();
  const open = await store.findings.list({ environment: environment.name, includeClosed: false, limit: mostOpen });
  const since = open.find(({ source }) => source === filesSource)?.openedAt ?? now;
  const drafts = why === undefined ? [] : [filesNotContinued(environment, why, now.since(since).total('seconds'))];
  await reconcileFindings(store, scope, drafts, actor, now);
}

/** Makes a mark, and records up to when its backup's log reaches now. */
async function markNow({ mark, store }: MarkScheduleDeps, environment: Environment): Promise<void> {
  const made = await mark(environment);
  if (made !== undefined) await store.backups.reach(made.backup, made.at);
}

/** Makes the continuing of files known to the engine. */
export function defineMarkWork(deps: MarkScheduleDeps): void {
  deps.durable.define({
    name: 'file-mark',
    attempts: 1,
    run: async (input) => {
      const environment = deps.estate().environments.find(({ name }) => name === input['environment']);
      if (environment === undefined) return;
      try {
        await markNow(deps, environment);
        await report(deps, environment, undefined);
      } catch (error) {
        // While a backup is written it copies the files itself; anything else is tried again at the next look.
        if (error instanceof Fault && error.code === 'BACKUP_UNDER_WAY') return;
        const { name } = environment;
        deps.log({ level: 'warn', message: 'files were not continued', environment: name, error: String(error) });
        await report(deps, environment, (await isMissed(deps, environment, error)) ? reasonOf(error) : undefined);
        if (!(error instanceof Fault)) throw error;
        await beginNewChain(deps, environment, error);
      }
    },
  });
}
