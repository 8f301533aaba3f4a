import { backupPlaces, type Environment, type Estate, type Repository } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { FindingDraft } from '../../core/observe/index.ts';
import type { Durable, DurableInput, DurableWorkflow } from '../../ports/durable.ts';
import { reconcileFindings } from '../reconcile-findings.ts';
import { type CheckContentDeps, checkContent } from './check-content.ts';
import { type CopyDeps, carryOutCopy, planCopies } from './copy-backups.ts';
import { lookSoon } from './look/schedule.ts';
import { reasonOf } from './record-backup.ts';

export interface KeepingDeps extends CopyDeps, CheckContentDeps {
  readonly durable: Pick<Durable, 'define' | 'start'>;
  readonly estate: () => Estate;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

interface Named {
  readonly environment: Environment;
  readonly repository: Repository;
}

/** What a run is about, as it is declared now; nothing where it is declared no more. */
function namedBy(estate: Estate, input: DurableInput): Named | undefined {
  const environment = estate.environments.find(({ name }) => name === input['environment']);
  const repository = estate.repositories.find(({ name }) => name === input['repository']);
  return environment === undefined || repository === undefined ? undefined : { environment, repository };
}

function hindered(
  { environment, repository }: Named,
  code: string,
  words: Pick<FindingDraft, 'reason' | 'action'>,
): FindingDraft {
  return {
    key: `${code}/${environment.name}/${repository.name}`,
    code,
    severity: 'warning',
    environment: environment.name,
    subject: repository.name,
    evidence: { repository: repository.name },
    ...words,
  };
}

/** Does it, and makes what hinders it a finding of its own until it no longer does. */
async function reported(
  deps: KeepingDeps,
  named: Named,
  about: { readonly source: string; readonly code: string; readonly action: string },
  work: () => Promise<string | undefined>,
): Promise<void> {
  const reason = await work().catch(reasonOf);
  const { code, action } = about;
  const drafts = reason === undefined ? [] : [hindered(named, code, { reason, action })];
  const scope = { source: `${about.source}/${named.repository.name}`, environment: named.environment.name };
  await reconcileFindings(deps.store, scope, drafts, deps.actor, deps.clock.now());
  await lookSoon(deps.durable, named.environment.name, `${about.source}-${deps.clock.now()}`);
}

function copyWorkflow(deps: KeepingDeps): DurableWorkflow {
  return {
    name: 'backup-copy',
    attempts: 2,
    run: async (input) => {
      const named = namedBy(deps.estate(), input);
      if (named === undefined) return;
      const { environment, repository } = named;
      const action = `Correct what it names; \`plimsoll backup copy ${environment.name}\` tries again at once.`;
      await reported(deps, named, { source: 'copies', code: 'BACKUP_COPY_FAILED', action }, async () => {
        const plans = await planCopies(deps, deps.estate(), environment);
        const plan = plans.find(({ to }) => to?.name === repository.name);
        if (plan === undefined) return undefined;
        const report = await carryOutCopy(deps, environment, plan).catch((error: unknown) => {
          if (error instanceof Fault && error.code === 'BACKUP_UNDER_WAY') return undefined;
          throw error;
        });
        // Somebody copies the same by hand: what that leaves is copied at the next look.
        if (report === undefined) return undefined;
        const { refused, copied } = report;
        if (copied.length > 0) {
          deps.log({
            level: 'info',
            message: 'backups were copied',
            environment: environment.name,
            to: repository.name,
          });
        }
        const [first] = [
          ...plan.refusals.map(({ message }) => message),
          ...refused.map(({ id, detail }) => `${id}: ${detail}`),
        ];
        return first && `Backups of ${environment.name} are not copied to ${repository.name}: ${first}`;
      });
    },
  };
}

function checkWorkflow(deps: KeepingDeps): DurableWorkflow {
  return {
    name: 'backup-check',
    attempts: 2,
    run: async (input) => {
      const named = namedBy(deps.estate(), input);
      if (named === undefined) return;
      const { environment, repository } = named;
      const action = `The identity of ${repository.name} is needed on the machine of the controller, and room for a dump's largest file.`;
      await reported(deps, named, { source: 'content-check', code: 'BACKUP_CHECK_FAILED', action }, async () => {
        await checkContent(deps, environment, repository, String(input['backup']));
        return undefined;
      });
    },
  };
}

/** Starts copying to each repository of an environment's copies because somebody asks for it; twice within a minute is once. */
export async function startCopiesNow(
  { clock, durable, estate }: Pick<KeepingDeps, 'clock' | 'estate'> & { readonly durable: Pick<Durable, 'start'> },
  environment: Environment,
): Promise<readonly string[]> {
  const minute = Math.floor(clock.now().epochMilliseconds / 60_000);
  const { copies } = backupPlaces(estate().repositories, environment);
  const repositories = copies.flatMap(({ repository }) => repository?.name ?? []);
  for (const repository of repositories) {
    const key = `backup-copy/${environment.name}/${repository}/asked/${minute}`;
    await durable.start('backup-copy', { environment: environment.name, repository }, key);
  }
  return repositories;
}

/** Makes the copying and the checking of backups known to the engine. Looks start them. */
export function defineKeepingWork(deps: KeepingDeps): void {
  deps.durable.define(copyWorkflow(deps));
  deps.durable.define(checkWorkflow(deps));
}
