import type { z } from '@hono/zod-openapi';
import { isUnderWay, type RecoveryTask, secondsLeftOf } from '../../../core/recovery/index.ts';
import type { resource } from '../../contract/index.ts';
import { iso } from './format.ts';

const isoOrNull = (at: Temporal.Instant | null): string | null => (at === null ? null : iso(at));

/** A piece of recovery work as the API shows it. */
export function taskView(task: RecoveryTask): z.input<typeof resource.recoveryTask> {
  const { requestedAt, startedAt, beatAt, endedAt, isPastReturn, ...plain } = task;
  return {
    ...plain,
    requestedAt: iso(requestedAt),
    startedAt: isoOrNull(startedAt),
    beatAt: iso(beatAt),
    endedAt: isoOrNull(endedAt),
    secondsLeft: secondsLeftOf(task),
    canCancel: isUnderWay(task) && !isPastReturn && task.cancelAskedBy === null,
  };
}
