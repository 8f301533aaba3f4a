import { type DownComponent, decideRestart } from '../core/provision/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { ComponentStatus, ComponentTable } from '../ports/host.ts';

/** Hears what the supervisor sees and does. */
export interface SupervisorListener {
  ended(component: string, why: string): void;
  restarted(component: string): void;
  failedToStart(component: string, error: unknown): void;
}

interface Watch {
  readonly table: ComponentTable;
  readonly component: string;
  restarts: readonly Temporal.Instant[];
  endedAt: Temporal.Instant | undefined;
}

const lookEverySeconds = 1;
const rememberedRestarts = 20;

async function look(
  watch: Watch,
  status: ComponentStatus,
  tools: { readonly clock: Clock; readonly listener: SupervisorListener; readonly signal: AbortSignal },
): Promise<void> {
  const { component, table } = watch;
  if (status.isAlive) {
    watch.endedAt = undefined;
    return;
  }
  const now = tools.clock.now();
  const hadSeen = watch.endedAt !== undefined;
  const endedAt = watch.endedAt ?? now;
  watch.endedAt = endedAt;
  const down: DownComponent = { endedAt, ending: status.ending, restarts: watch.restarts, isHeld: status.isHeld };
  const decision = decideRestart(down, now);
  if (!hadSeen) tools.listener.ended(component, decision.why);
  if (decision.kind !== 'start') return;
  watch.restarts = [...watch.restarts, now].slice(-rememberedRestarts);
  try {
    await table.start(component, tools.signal);
    watch.endedAt = undefined;
    tools.listener.restarted(component);
  } catch (error) {
    watch.endedAt = tools.clock.now();
    if (!tools.signal.aborted) tools.listener.failedToStart(component, error);
  }
}

/**
 * Keeps every component of the tables running until the signal: restarts what crashed, with growing delays, and leaves alone
 * what an operator holds. Components wait for each other only within a table, so that one slow start delays no other.
 */
export async function keepUp(
  tables: readonly ComponentTable[],
  tools: { readonly clock: Clock; readonly listener: SupervisorListener; readonly signal: AbortSignal },
): Promise<void> {
  await Promise.all(
    tables.map(async (table) => {
      const watches = new Map<string, Watch>();
      while (!tools.signal.aborted) {
        for (const status of await table.list()) {
          const fresh = { table, component: status.component, restarts: [], endedAt: undefined };
          const watch = watches.get(status.component) ?? fresh;
          watches.set(status.component, watch);
          await look(watch, status, tools);
        }
        await tools.clock.sleep(lookEverySeconds, tools.signal).catch(() => undefined);
      }
    }),
  );
}
