import type { Environment, Estate, LifecycleState } from '../../core/estate/index.ts';
import { planDrill } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Durable, DurableWorkflow } from '../../ports/durable.ts';
import type { Store } from '../../ports/store.ts';
import type { DurableWork } from '../controller.ts';

const planEverySeconds = 60;
const mostReports = 100;

export interface DrillScheduleDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Store;
  readonly durable: Pick<Durable, 'define' | 'start'>;
  readonly estate: () => Estate;
  /** Drills the newest backup and records what it showed; at most one drill at a time on a machine. */
  readonly drill: (environment: Environment) => Promise<void>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** The looks at whether a drill is due, for environments that this machine can bring back. The suspended and retired rest. */
export function drillWorkOf(
  estate: Estate,
  lifecycle: ReadonlyMap<string, LifecycleState>,
  canDrill: (environment: Environment) => boolean,
): readonly DurableWork[] {
  return estate.environments
    .filter((environment) => environment.backup.repository !== undefined && canDrill(environment))
    .filter(({ name }) => !['suspended', 'retired'].includes(lifecycle.get(name) ?? ''))
    .map(({ name }) => ({
      name: `drill-plan/${name}`,
      everySeconds: planEverySeconds,
      workflow: 'drill-plan',
      input: { environment: name },
    }));
}

function planWorkflow(deps: DrillScheduleDeps): DurableWorkflow {
  return {
    name: 'drill-plan',
    attempts: 1,
    run: async (input) => {
      const environment = deps.estate().environments.find(({ name }) => name === input['environment']);
      if (environment === undefined) return;
      const { name } = environment;
      const backups = await deps.store.backups.list({ environment: name, limit: mostReports });
      const drills = await deps.store.drills.list({ environment: name, limit: mostReports });
      const newest = backups.find(({ state }) => state === 'succeeded');
      const facts = { environment, now: deps.clock.now(), drills, hasGoodBackup: newest !== undefined };
      const { isDue, why } = planDrill({ ...facts, isRunning: false });
      if (!isDue || newest === undefined) return;
      // The same backup after the same last drill gives the same key: several controllers, and several looks, start one.
      await deps.durable.start(
        'drill',
        { environment: name },
        `drill/${name}/${drills[0]?.id ?? 'first'}/${newest.id}`,
      );
      deps.log({ level: 'info', message: 'a drill is due', environment: name, why });
    },
  };
}

function drillWorkflow(deps: DrillScheduleDeps): DurableWorkflow {
  return {
    name: 'drill',
    attempts: 2,
    run: async (input, context) => {
      const environment = deps.estate().environments.find(({ name }) => name === input['environment']);
      if (environment === undefined) return;
      await context.step('drill', async () => {
        await deps.drill(environment);
        return null;
      });
    },
  };
}

/** Makes the planning and the running of drills known to the engine. */
export function defineDrillWork(deps: DrillScheduleDeps): void {
  deps.durable.define(planWorkflow(deps));
  deps.durable.define(drillWorkflow(deps));
}
