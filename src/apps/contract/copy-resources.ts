import { z } from '@hono/zod-openapi';

const instant = z.iso.datetime();
const reason = z.object({ code: z.string(), message: z.string(), hint: z.string() });

/** A clone, or a restored copy that nobody declared: where it serves, what was done to it, and until when it lasts. */
export const clone = z
  .object({
    id: z.string(),
    name: z.string(),
    /** The environment whose data it holds. */
    source: z.string(),
    purpose: z.enum(['restore', 'clone']),
    stage: z.string(),
    state: z.enum(['requested', 'provisioned', 'active', 'suspended', 'retired']),
    /** On the machine that it was made on. */
    url: z.string(),
    backup: z.string(),
    /** Nothing committed after it is in the copy. */
    reachesAt: instant,
    isLive: z.boolean(),
    isAnonymised: z.boolean(),
    isReduced: z.boolean(),
    createdAt: instant,
    changedAt: instant,
    /** When the controller removes it; null for one that stays until somebody does. */
    expiresAt: instant.nullable(),
  })
  .openapi('Clone');

/** A region that backups of an environment are copied to, and how its copies are. */
export const backupCopyPlace = z
  .object({
    region: z.string(),
    /** Null where no repository lies in the region. */
    repository: z.string().nullable(),
    /** Why nothing may be copied there; empty where it may. */
    refusals: z.array(reason),
    /** The newest backup that was copied there; null where none is on record. */
    lastCopied: z.object({ backup: z.string(), at: instant }).nullable(),
    /** Whether the newest good backup is not there yet. */
    isBehind: z.boolean(),
    /** The last look at the content of a copy there; null where none was looked at. */
    lastCheck: z
      .object({ backup: z.string(), checkedAt: instant, isIntact: z.boolean(), problemCount: z.number().int() })
      .nullable(),
    /** What the controller found wrong with it, in words. */
    problems: z.array(z.string()),
  })
  .openapi('BackupCopyPlace');
