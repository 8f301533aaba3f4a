import { type ProcessRecord, type StartRequest, saveRecord, startProcess, stopProcess } from '../host/processes.ts';
import { recordsOf } from './directory.ts';
import { watchForKill } from './disturbance.ts';
import type { Place } from './place.ts';

/** A server of a place, and what to call before we end it ourselves. */
export interface StartedInPlace {
  readonly record: ProcessRecord;
  readonly weStopIt: () => void;
}

/**
 * Starts a server of a place and remembers it there, for whoever removes the place or sweeps it. One that cannot be
 * remembered, as on a full disk, is ended at once: nobody would find it again.
 */
export async function startInPlace(place: Place, request: StartRequest): Promise<StartedInPlace> {
  const started = await startProcess(request);
  const { record } = started;
  const weStopIt = watchForKill(place, started);
  try {
    await saveRecord(recordsOf(place.directory), record);
  } catch (error) {
    weStopIt();
    await stopProcess(record);
    throw error;
  }
  return { record, weStopIt };
}
