import { z } from '@hono/zod-openapi';
import type { TaskKind, TaskState } from '../../core/recovery/index.ts';

const instant = z.iso.datetime();

/** Said again, like the states: the core's own lists would bring all of recovery to the browser. */
const kinds = ['backup', 'verify', 'drill', 'clone', 'restore', 'prune'] as const satisfies readonly TaskKind[];

/** `lost`: whoever ran it has given no sign of life for two minutes. */
export const taskStates = [
  'waiting',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'lost',
] as const satisfies readonly TaskState[];

const actor = z.object({ kind: z.enum(['user', 'token', 'controller', 'cli']), name: z.string() });

/** One long piece of recovery work: under way, or how it ended. */
export const recoveryTask = z
  .object({
    id: z.string(),
    kind: z.enum(kinds),
    /** Whose backups it is about. */
    environment: z.string(),
    /** The backup it makes or reads; null while that is not chosen. */
    backup: z.string().nullable(),
    /** The new environment, of a clone or of a restore beside its source. */
    target: z.string().nullable(),
    state: z.enum(taskStates),
    requestedBy: actor,
    requestedAt: instant,
    startedAt: instant.nullable(),
    /** The last sign of life. */
    beatAt: instant,
    endedAt: instant.nullable(),
    /** What it does now, in words. */
    step: z.string().nullable(),
    doneBytes: z.number().nullable(),
    totalBytes: z.number().nullable(),
    bytesPerSecond: z.number().nullable(),
    /** Of this step; null where nobody can say. */
    secondsLeft: z.number().nullable(),
    /** It waits or runs, nobody has cancelled it yet, and it has not put in place what it restored. */
    canCancel: z.boolean(),
    cancelAskedBy: actor.nullable(),
    /** What it came to, as one sentence. */
    outcome: z.string().nullable(),
    /** Why it was not done, where it was not. */
    refusal: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  })
  .openapi('RecoveryTask');
