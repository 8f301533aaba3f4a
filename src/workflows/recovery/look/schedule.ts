import type { Environment, Estate, LifecycleState, Repository } from '../../../core/estate/index.ts';
import type { RecoveryView } from '../../../core/recovery/index.ts';
import type { Durable, DurableWorkflow } from '../../../ports/durable.ts';
import type { DurableWork } from '../../controller.ts';
import { closeRecoveryFindings, type LookDeps, lookAtObjectives, lookAtRecovery } from './look.ts';
import { lookAtRepositories } from './repositories.ts';

/** Each look lists the backups of an environment, in every repository it has: not too often where that costs. */
const lookEverySeconds = 300;
const measureEverySeconds = 21_600;
const keepSizesHours = 24 * 400;

export interface LookScheduleDeps extends LookDeps {
  readonly durable: Pick<Durable, 'define' | 'start'>;
  readonly estate: () => Estate;
  /** Told of every look: what follows from it is started there. */
  readonly looked: (view: RecoveryView) => Promise<void>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

const restingStates: ReadonlySet<string> = new Set(['suspended', 'retired']);

/** The looks at how recovery stands, of every environment and of the estate, and the measuring of repositories. */
export function recoveryLookWorkOf(
  estate: Estate,
  lifecycle: ReadonlyMap<string, LifecycleState>,
): readonly DurableWork[] {
  const looks = estate.environments.map(({ name }) => ({
    name: `recovery-look/${name}`,
    everySeconds: lookEverySeconds,
    workflow: 'recovery-look',
    input: { environment: name, rests: restingStates.has(lifecycle.get(name) ?? '') },
  }));
  const sizes = estate.repositories.map(({ name }) => ({
    name: `repository-size/${name}`,
    everySeconds: measureEverySeconds,
    workflow: 'repository-size',
    input: { repository: name },
  }));
  const objectives = {
    name: 'objectives-look',
    everySeconds: lookEverySeconds,
    workflow: 'objectives-look',
    input: {},
  };
  const repositories = {
    name: 'repositories-look',
    everySeconds: lookEverySeconds,
    workflow: 'repositories-look',
    input: {},
  };
  return [...looks, ...sizes, objectives, repositories];
}

/** Looks at an environment soon, because something about it has changed. Once for a key. */
export async function lookSoon(durable: Pick<Durable, 'start'>, environment: string, key: string): Promise<void> {
  await durable.start('recovery-look', { environment, rests: false }, `recovery-look/${environment}/${key}`);
}

const byName = <Named extends { readonly name: string }>(all: readonly Named[], name: unknown): Named | undefined =>
  all.find((each) => each.name === name);

function lookWorkflow(deps: LookScheduleDeps): DurableWorkflow {
  return {
    name: 'recovery-look',
    attempts: 1,
    run: async (input) => {
      const environment: Environment | undefined = byName(deps.estate().environments, input['environment']);
      if (environment === undefined) return;
      if (input['rests'] === true) await closeRecoveryFindings(deps, environment.name);
      else await deps.looked(await lookAtRecovery(deps, deps.estate(), environment));
    },
  };
}

function objectivesWorkflow(deps: LookScheduleDeps): DurableWorkflow {
  return { name: 'objectives-look', attempts: 1, run: () => lookAtObjectives(deps, deps.estate()) };
}

function repositoriesWorkflow(deps: LookScheduleDeps): DurableWorkflow {
  return { name: 'repositories-look', attempts: 1, run: () => lookAtRepositories(deps, deps.estate()) };
}

/** Adds up what lies in a repository: what its growth is judged by (OBJ-04). */
function sizeWorkflow(deps: LookScheduleDeps): DurableWorkflow {
  return {
    name: 'repository-size',
    attempts: 1,
    run: async (input) => {
      const declared: Repository | undefined = byName(deps.estate().repositories, input['repository']);
      if (declared === undefined) return;
      const repository = await deps.openRepository(declared);
      let bytes = 0;
      for await (const { stored } of repository.listPieces()) bytes += stored.bytes;
      const now = deps.clock.now();
      await deps.store.repositorySizes.record(declared.name, { at: now, bytes });
      await deps.store.repositorySizes.prune(now.subtract({ hours: keepSizesHours }));
    },
  };
}

/** Makes the looks at recovery known to the engine. */
export function defineRecoveryLooks(deps: LookScheduleDeps): void {
  deps.durable.define(lookWorkflow(deps));
  deps.durable.define(objectivesWorkflow(deps));
  deps.durable.define(repositoriesWorkflow(deps));
  deps.durable.define(sizeWorkflow(deps));
}
