import { createHash } from 'node:crypto';
import type { Environment, Estate, LifecycleState } from '../../core/estate/index.ts';
import { type Refusal, refuse } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import { drillHold, planDrill } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Durable, DurableWorkflow } from '../../ports/durable.ts';
import type { Store } from '../../ports/store.ts';
import type { DurableWork } from '../controller.ts';

const planEverySeconds = 60;
const mostReports = 100;
const mostBackups = 2_000;

export interface DrillScheduleDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Store;
  readonly durable: Pick<Durable, 'define' | 'start'>;
  readonly estate: () => Estate;
  /**
   * Drills the backup and records what it showed; at most one drill at a time on a machine. Asked when the machine is free
   * whether it is still wanted: another may have drilled meanwhile.
   */
  readonly drill: (environment: Environment, wanted: WantedDrill, isWanted: () => Promise<boolean>) => Promise<void>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** A drill that is to be done now. */
export interface WantedDrill {
  /** The newest one where it is absent. */
  readonly backup: string | undefined;
  /** The id under which everybody sees it. */
  readonly task: string;
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

/** Whether a drill of an environment is due now, and by which facts. */
async function lookAtDrills({ clock, store }: Pick<DrillScheduleDeps, 'clock' | 'store'>, environment: Environment) {
  const { name } = environment;
  const backups = await store.backups.list({ environment: name, limit: mostReports });
  const drills = await store.drills.list({ environment: name, limit: mostReports });
  const newest = backups.find(({ state }) => state === 'succeeded');
  const facts = { environment, now: clock.now(), drills, hasGoodBackup: newest !== undefined };
  return { ...planDrill({ ...facts, isRunning: false }), newest, last: drills[0] };
}

function planWorkflow(deps: DrillScheduleDeps): DurableWorkflow {
  return {
    name: 'drill-plan',
    attempts: 1,
    run: async (input) => {
      const environment = deps.estate().environments.find(({ name }) => name === input['environment']);
      if (environment === undefined) return;
      const { name } = environment;
      const { isDue, why, newest, last } = await lookAtDrills(deps, environment);
      if (!isDue || newest === undefined) return;
      // The same backup after the same last drill gives the same key: several controllers, and several looks, start one. With
      // the hour in it, a run that ended without a record (its machine was busy for too long) does not end drilling as well.
      const hour = deps.clock.now().round({ smallestUnit: 'hour', roundingMode: 'floor' });
      const key = `drill/${name}/${last?.id ?? 'first'}/${newest.id}/${hour}`;
      await deps.durable.start('drill', { environment: name }, key);
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
      const backup = typeof input['backup'] === 'string' ? input['backup'] : undefined;
      await context.step('drill', async () => {
        const isWanted = async () => backup !== undefined || (await lookAtDrills(deps, environment)).isDue;
        const task = typeof input['task'] === 'string' ? input['task'] : context.runId;
        await deps.drill(environment, { backup, task }, isWanted);
        return null;
      });
    },
  };
}

/** How somebody's wish for a drill is answered. */
export type DrillAnswer = { readonly kind: 'started'; readonly backup: string; readonly task: string } | Refusal;

/** The same for those who ask for the same. */
const taskOf = (key: string): string => `drill-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;

/** Starts a drill that somebody asks for: of the backup they name, or of the newest. Twice within a minute is once. */
export async function startDrill(
  deps: Pick<DrillScheduleDeps, 'clock' | 'store' | 'durable'> & {
    readonly canDrill: (environment: Environment) => boolean;
  },
  environment: Environment,
  { wanted, requestedBy }: { readonly wanted: string | undefined; readonly requestedBy: Actor },
): Promise<DrillAnswer> {
  const { name } = environment;
  if (!deps.canDrill(environment)) {
    return refuse({
      code: 'DRILL_ELSEWHERE',
      message: `This machine does not have the Odoo that ${name} runs, so that it cannot bring a copy of it back.`,
      hint: `Run \`plimsoll drill run ${name}\` on the machine that runs it.`,
    });
  }
  const hold = drillHold(environment, deps.clock.now());
  if (hold.length > 0) return { kind: 'refused', reasons: hold };
  const backups = await deps.store.backups.list({ environment: name, state: 'succeeded', limit: mostBackups });
  const backup = wanted === undefined ? backups[0] : backups.find(({ id }) => id === wanted);
  if (backup === undefined) {
    return refuse({
      code: wanted === undefined ? 'BACKUP_NONE' : 'BACKUP_UNKNOWN',
      message: `No good backup of ${name} ${wanted === undefined ? 'is recorded' : `is called ${wanted}`}.`,
      hint: `Take one first: \`plimsoll backup run ${name}\`.`,
    });
  }
  const minute = deps.clock.now().round({ smallestUnit: 'minute', roundingMode: 'floor' });
  const key = `drill/${name}/${backup.id}/${minute}`;
  const task = taskOf(key);
  const request = { id: task, kind: 'drill', environment: name, backup: backup.id, target: null, requestedBy } as const;
  await deps.store.recoveryTasks.ask(request, deps.clock.now());
  await deps.durable.start('drill', { environment: name, backup: backup.id, task }, key);
  return { kind: 'started', backup: backup.id, task };
}

/** Makes the planning and the running of drills known to the engine. */
export function defineDrillWork(deps: DrillScheduleDeps): void {
  deps.durable.define(planWorkflow(deps));
  deps.durable.define(drillWorkflow(deps));
}
