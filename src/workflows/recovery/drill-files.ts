import type { FilestoreSet, RestoredFile } from '../../core/recovery/index.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';
import type { DrillDependencies, RecoveryOptions } from './dependencies.ts';
import { PhaseFailure, type PhaseTimer } from './drill-phases.ts';
import { atOnce, restoreFilestore } from './read-content.ts';

/** The files of a backup on their way into a place, beside whatever else a drill does. */
export interface FilesUnderWay {
  /** Begins, the first time, and answers what arrived once all has. */
  begin(): Promise<readonly RestoredFile[]>;
  /** Waits for them with nothing else to do: that time is theirs. */
  arrive(): Promise<readonly RestoredFile[]>;
  /** Nobody writes any more once this resolves: the place may be taken away. */
  giveUp(): Promise<void>;
}

interface Parts extends RecoveryOptions {
  readonly deps: Pick<DrillDependencies, 'repository' | 'jobs'>;
  readonly timer: PhaseTimer;
}

/**
 * Files that begin to come when they are told to. As long as something else is under way a processor is left to it, for that
 * is what people wait for; once nothing is, they have all.
 */
export function bringFiles(
  { deps, timer, signal, report }: Parts,
  sets: readonly FilestoreSet[],
  place: Pick<RestorePlace, 'writeFile'>,
): FilesUnderWay {
  const stop = new AbortController();
  const unless = AbortSignal.any([stop.signal, ...(signal === undefined ? [] : [signal])]);
  const beside = Math.min(atOnce, Math.max(1, deps.jobs - 1));
  let together = beside;
  let coming: Promise<readonly RestoredFile[]> | undefined;
  const begin = (): Promise<readonly RestoredFile[]> => {
    if (coming !== undefined) return coming;
    const options = { signal: unless, report, together: () => together };
    coming = timer
      .run('restore-filestore', () => restoreFilestore(deps.repository, sets, place, options), { isBeside: true })
      .catch((error: unknown) => Promise.reject(new PhaseFailure('restore-filestore', error)));
    // Whoever waits for them sees their fault; until then it must not count as nobody's.
    coming.catch(() => undefined);
    return coming;
  };
  return {
    begin,
    arrive: () => {
      together = atOnce;
      return timer.run('restore-filestore', begin);
    },
    giveUp: async () => {
      stop.abort();
      await coming?.catch(() => undefined);
    },
  };
}
