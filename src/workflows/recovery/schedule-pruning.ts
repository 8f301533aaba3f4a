import type { Estate } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { FindingDraft } from '../../core/observe/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Durable, DurableWorkflow } from '../../ports/durable.ts';
import type { DurableWork } from '../controller.ts';
import { reconcileFindings } from '../reconcile-findings.ts';
import { collectRepository } from './collect.ts';
import { type PruneDeps, planPrunes } from './prune.ts';
import { runPruneTask } from './prune-task.ts';
import { reasonOf } from './record-backup.ts';

const pruneEverySeconds = 86_400;

export interface PruneScheduleDeps extends PruneDeps {
  readonly clock: Clock;
  readonly durable: Pick<Durable, 'define'>;
  readonly estate: () => Estate;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** Once a day: retention of every environment that has a repository, and the collection of every repository. */
export function pruneWorkOf(estate: Estate): readonly DurableWork[] {
  const prunes = estate.environments
    .filter(({ backup }) => backup.repository !== undefined)
    .map(({ name }) => ({
      name: `backup-prune/${name}`,
      everySeconds: pruneEverySeconds,
      workflow: 'backup-prune',
      input: { environment: name },
    }));
  const collections = estate.repositories.map(({ name }) => ({
    name: `repository-collect/${name}`,
    everySeconds: pruneEverySeconds,
    workflow: 'repository-collect',
    input: { repository: name },
  }));
  return [...prunes, ...collections];
}

function notKept(environment: string, subject: string, reason: string): FindingDraft {
  return {
    key: `RETENTION_NOT_KEPT/${environment}/${subject}`,
    code: 'RETENTION_NOT_KEPT',
    severity: 'warning',
    environment,
    subject,
    reason: `What retention of ${environment} would withdraw is still there: ${reason}`,
    action: `Correct what it names; \`plimsoll backup prune ${environment} --dry-run\` shows what would go.`,
    evidence: { subject },
  };
}

/** A day on which nothing is to be withdrawn makes no task: it would only be looked for among those that say something. */
async function pruneEnvironment(deps: PruneScheduleDeps, name: string, id: string): Promise<readonly FindingDraft[]> {
  const environment = deps.estate().environments.find((each) => each.name === name);
  if (environment === undefined) return [];
  const planned = await planPrunes(deps, deps.estate(), environment);
  if (planned.every(({ plan }) => plan.withdraw.length === 0)) return [];
  const order = { id, environment: name, requestedBy: deps.actor };
  const { withdrawn, failed } = await runPruneTask(deps, order, planned);
  if (withdrawn > 0) {
    deps.log({ level: 'info', message: 'backups were withdrawn by retention', environment: name, withdrawn });
  }
  return failed.map(({ repository, id: backup, reason }) => notKept(name, `${repository}/${backup}`, reason));
}

/** Somebody does not want it today: that is no finding, and tomorrow it is planned again. */
const isUnwanted = (error: unknown): boolean =>
  error instanceof Fault && (error.code === 'TASK_CANCELLED' || error.code === 'TASK_ENDED');

function pruneWorkflow(deps: PruneScheduleDeps): DurableWorkflow {
  return {
    name: 'backup-prune',
    attempts: 2,
    run: async (input, { runId }) => {
      const environment = String(input['environment']);
      const drafts = await pruneEnvironment(deps, environment, runId).catch((error: unknown) =>
        isUnwanted(error) ? undefined : [notKept(environment, 'repository', reasonOf(error))],
      );
      if (drafts === undefined) return;
      await reconcileFindings(deps.store, { source: 'retention', environment }, drafts, deps.actor, deps.clock.now());
    },
  };
}

function collectWorkflow(deps: PruneScheduleDeps): DurableWorkflow {
  return {
    name: 'repository-collect',
    attempts: 2,
    run: async (input) => {
      const declared = deps.estate().repositories.find(({ name }) => name === input['repository']);
      if (declared === undefined) return;
      const failure = await collectRepository(deps, declared).then(() => undefined, reasonOf);
      const drafts: readonly FindingDraft[] =
        failure === undefined
          ? []
          : [
              {
                key: `REPOSITORY_NOT_COLLECTED/${declared.name}`,
                code: 'REPOSITORY_NOT_COLLECTED',
                severity: 'warning',
                environment: null,
                subject: `repository/${declared.name}`,
                reason: `What no backup in ${declared.name} needs could not be deleted: ${failure}`,
                action: 'Correct what it names; nothing that a backup needs was touched.',
                evidence: { repository: declared.name },
              },
            ];
      const scope = { source: `collection/${declared.name}`, environment: null };
      await reconcileFindings(deps.store, scope, drafts, deps.actor, deps.clock.now());
    },
  };
}

/** Makes retention known to the engine. */
export function definePruneWork(deps: PruneScheduleDeps): void {
  deps.durable.define(pruneWorkflow(deps));
  deps.durable.define(collectWorkflow(deps));
}
