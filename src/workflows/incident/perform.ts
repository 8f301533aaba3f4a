import type { SessionName } from '../../core/incident/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { DatabaseSessions } from '../../ports/database-sessions.ts';
import type { ComponentTable } from '../../ports/host.ts';

/** What came of an action, in words that stand in the incident. */
export interface Performed {
  readonly isGood: boolean;
  readonly note: string;
}

/**
 * Stops a component and starts it again. It is held meanwhile, so that whoever keeps it up does not start a second one; what an
 * operator keeps stopped stays so. Whatever happens, it is let go of in the end.
 */
export async function restartComponent(
  table: ComponentTable,
  component: string,
  environment: string,
  signal: AbortSignal,
): Promise<Performed> {
  const known = (await table.list()).find((each) => each.component === component);
  if (known === undefined) return { isGood: false, note: `${environment} has no component ${component} here` };
  if (known.isHeld) {
    const way = `\`plimsoll component start ${environment} ${component}\` lifts that`;
    return { isGood: false, note: `an operator keeps ${component} stopped; ${way}` };
  }
  await table.hold(component, true);
  try {
    const how = await table.stop(component);
    await table.start(component, signal);
    const now = (await table.list()).find((each) => each.component === component);
    const process = now?.pid === undefined ? '' : ` as process ${now.pid}`;
    const before = how === 'was-gone' ? 'had not been running' : `was ${how}`;
    return { isGood: now?.isAlive === true, note: `${component} ${before} and runs again${process}` };
  } finally {
    await table.hold(component, false);
  }
}

/** Ends the session that holds up the others, if it is there still. */
export async function endSession(
  sessions: DatabaseSessions,
  session: SessionName | undefined,
  signal: AbortSignal,
): Promise<Performed> {
  if (session === undefined) {
    return { isGood: false, note: 'no alert of this incident that still fires names a session that holds up others' };
  }
  const name = `the session with process id ${session.pid} that connected at ${session.backendStart}`;
  const end = await sessions.end(session, signal);
  if (end.kind === 'ended') return { isGood: true, note: `${name} (${end.application || 'unnamed'}) was ended` };
  if (end.kind === 'kept') return { isGood: false, note: `${name} was not ended: ${end.reason}` };
  const taken = end.isIdTaken ? '; another has its process id now, and was left alone' : '';
  return { isGood: true, note: `${name} had ended by itself${taken}` };
}

/** What an action that failed leaves in the incident: the words of the fault, in one line. */
export function failureOf(error: unknown): Performed {
  const said = error instanceof Fault || error instanceof Error ? error.message : String(error);
  return { isGood: false, note: said.replaceAll(/\s+/g, ' ').slice(0, 500) };
}
