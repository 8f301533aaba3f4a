import type { Clock } from '../../ports/clock.ts';
import type { Coordination } from '../../ports/coordination.ts';
import { type DeliverDeps, deliverDue } from './deliver.ts';
import type { AlertDeps } from './dependencies.ts';
import { createForecastMemory, type ForecastMemory, forecastBacklogs } from './forecast-backlogs.ts';
import { lookAtAlerts } from './look.ts';
import { judgeReadiness } from './ready.ts';

export interface AlertingDeps extends AlertDeps, DeliverDeps {
  readonly clock: Clock;
  readonly coordination: Pick<Coordination, 'beginSlot'>;
  /** Unique per process. */
  readonly me: string;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

export const lookEverySeconds = 5;
const forecastEverySeconds = 60;
const readinessEverySeconds = 60;
const deliverEverySeconds = 1;
const keepMessagesHours = 90 * 24;
const pruneEverySeconds = 3_600;

interface Turn {
  readonly name: string;
  readonly everySeconds: number;
  readonly work: () => Promise<unknown>;
}

function turnsOf(deps: AlertingDeps, memory: ForecastMemory): readonly Turn[] {
  const prune = () => deps.store.outbox.prune(deps.clock.now().subtract({ hours: keepMessagesHours }));
  return [
    { name: 'alerts/forecast', everySeconds: forecastEverySeconds, work: () => forecastBacklogs(deps, memory) },
    { name: 'alerts/look', everySeconds: lookEverySeconds, work: () => lookAtAlerts(deps) },
    { name: 'alerts/readiness', everySeconds: readinessEverySeconds, work: () => judgeReadiness(deps) },
    { name: 'alerts/prune', everySeconds: pruneEverySeconds, work: prune },
  ];
}

/** Each slot of each turn is done by one controller; what one that dies leaves undone, the next slot does. */
async function repeat(deps: AlertingDeps, turn: Turn, signal: AbortSignal): Promise<void> {
  let last = -1;
  while (!signal.aborted) {
    const now = deps.clock.now();
    const slot = Math.floor(now.epochMilliseconds / 1_000 / turn.everySeconds);
    try {
      if (slot !== last && (await deps.coordination.beginSlot(turn.name, slot, deps.me, now))) await turn.work();
      last = slot;
    } catch (error) {
      deps.log({ level: 'error', work: turn.name, slot, error: String(error) });
      await deps.clock.sleep(2, signal).catch(() => {});
    }
    await deps.clock.sleep(Math.min(1, turn.everySeconds), signal).catch(() => {});
  }
}

async function keepDelivering(deps: AlertingDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const attempts = await deliverDue(deps).catch((error: unknown) => {
      deps.log({ level: 'error', work: 'alerts/deliver', error: String(error) });
      return 0;
    });
    if (attempts === 0) await deps.clock.sleep(deliverEverySeconds, signal).catch(() => {});
  }
}

/** Looks at alerts, forecasts and readiness in turn with other controllers, and sends what is due, until the signal. */
export async function runAlerting(deps: AlertingDeps, signal: AbortSignal): Promise<void> {
  const turns = turnsOf(deps, createForecastMemory());
  await Promise.all([...turns.map((turn) => repeat(deps, turn, signal)), keepDelivering(deps, signal)]);
}
