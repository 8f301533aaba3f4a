import type { Estate, LifecycleState } from '../../core/estate/index.ts';
import { objectivesOf } from '../../core/objective/index.ts';
import type { Durable } from '../../ports/durable.ts';
import type { DurableWork } from '../controller.ts';
import { judgeEnvironment, type ObjectiveDeps } from './judge-environment.ts';

/** Verdicts may be this old; rules look back five minutes and more. */
const judgeEverySeconds = 60;
const keepPointsDays = 400;

/** Each environment that something is promised about, and that does not rest. */
export function objectiveWorkOf(
  estate: Estate,
  lifecycle: ReadonlyMap<string, LifecycleState>,
): readonly DurableWork[] {
  const isResting = (name: string): boolean => ['suspended', 'retired'].includes(lifecycle.get(name) ?? '');
  return estate.environments
    .filter((environment) => !isResting(environment.name) && objectivesOf(estate, environment).length > 0)
    .map(({ name }) => ({
      name: `objectives/${name}`,
      everySeconds: judgeEverySeconds,
      workflow: 'objectives',
      input: { environment: name },
    }));
}

/** Makes the judging known to the engine. */
export function defineObjectiveWork(
  deps: ObjectiveDeps & { readonly durable: Durable; readonly estate: () => Estate },
): void {
  deps.durable.define({
    name: 'objectives',
    attempts: 1,
    run: async (input, context) => {
      const estate = deps.estate();
      const environment = estate.environments.find(({ name }) => name === input['environment']);
      // Declared no more, or waiting since before a pause: the next turn judges the present.
      const ageSeconds = deps.clock.now().since(context.createdAt).total('seconds');
      if (environment === undefined || ageSeconds > 2 * judgeEverySeconds) return;
      await context.step('judge', async () => (await judgeEnvironment(deps, estate, environment)).length);
      await context.step('forget', () =>
        deps.store.objectives.prune(deps.clock.now().subtract({ hours: keepPointsDays * 24 })),
      );
    },
  });
}
