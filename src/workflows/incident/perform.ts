import type { SessionName } from '../../core/incident/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { DatabaseSessions } from '../../ports/database-sessions.ts';

/** What came of an action, in words that stand in the incident. */
export interface Performed {
  readonly isGood: boolean;
  readonly note: string;
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
