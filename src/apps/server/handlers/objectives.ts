import { Fault } from '../../../core/kernel/index.ts';
import type { HandlerGroup } from '../handler.ts';
import { objectivePointView, objectiveView } from '../views/objectives.ts';

/** How objectives and commitments stand. What the estate no longer declares is not shown. */
export const objectiveHandlers: HandlerGroup<'listObjectives' | 'getObjective'> = (deps) => {
  const isDeclared = (name: string): boolean => deps.estate().estate.environments.some((each) => each.name === name);
  return {
    listObjectives: async ({ query }) => {
      const now = deps.clock.now();
      const verdicts = await deps.store.objectives.list({ environment: query.environment });
      const shown = verdicts.filter(
        ({ environment, service, state }) =>
          isDeclared(environment) &&
          (query.service === undefined || service === query.service) &&
          (query.state === undefined || state === query.state),
      );
      return { items: shown.map((verdict) => objectiveView(verdict, now)) };
    },
    getObjective: async ({ params, query }) => {
      const now = deps.clock.now();
      const verdict = await deps.store.objectives.get(params.key);
      if (verdict === undefined) throw new Fault('NOT_FOUND', `There is no objective ${params.key}.`);
      const since = now.subtract({ hours: query.days * 24 });
      const history = await deps.store.objectives.history(verdict.key, since);
      return { ...objectiveView(verdict, now), history: history.map(objectivePointView) };
    },
  };
};
