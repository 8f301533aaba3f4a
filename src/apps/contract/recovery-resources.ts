import { z } from '@hono/zod-openapi';
import type { CoveragePart } from '../../core/recovery/index.ts';

const instant = z.iso.datetime();

/** The eight things a recovery needs (BKP-01). Said again: the core's own list would bring all of recovery to the browser. */
const coveragePart = z.enum([
  'database',
  'filestore',
  'configuration',
  'manifest',
  'images',
  'add-ons',
  'integrations',
  'secret-recovery',
] as const satisfies readonly CoveragePart[]);

/** From best to worst. A backup alone is `unproven`: only a drill that came back, and has not expired, is `verified`. */
export const recoveryState = z
  .enum(['verified', 'expired', 'unproven', 'not-recoverable', 'no-backup', 'no-repository'])
  .openapi('RecoveryState');

/** One attempt at a backup. What can be restored is what the repository lists; this is what happened. */
export const backupRun = z
  .object({
    id: z.string(),
    environment: z.string(),
    repository: z.string(),
    method: z.enum(['logical', 'physical']),
    /** A dump is always full. */
    kind: z.enum(['full', 'differential', 'incremental']),
    state: z.enum(['running', 'succeeded', 'failed', 'cancelled', 'withdrawn']),
    startedAt: instant,
    finishedAt: instant.nullable(),
    reason: z.string().nullable(),
    /** While it runs. */
    progress: z
      .object({
        phase: z.string(),
        doneBytes: z.number(),
        totalBytes: z.number().nullable(),
        bytesPerSecond: z.number(),
        secondsLeft: z.number().nullable(),
      })
      .nullable(),
    figures: z
      .object({
        databaseBytes: z.number(),
        filestoreFiles: z.number(),
        filestoreBytes: z.number(),
        /** Files that were lost at the source before the backup. */
        missingFiles: z.number(),
        addedBytes: z.number(),
      })
      .nullable(),
  })
  .openapi('BackupRun');

const coverage = z.array(
  z.object({
    part: coveragePart,
    isCovered: z.boolean(),
    why: z.string(),
  }),
);

/** One instant, or a stretch of time, that an environment can be brought back to. */
export const restorePoint = z
  .object({
    id: z.string(),
    repository: z.string(),
    method: z.enum(['logical', 'physical']),
    kind: z.enum(['full', 'differential', 'incremental']),
    /** Nothing committed after it is in the backup. */
    consistentAt: instant,
    finishedAt: instant,
    lastBusinessRowAt: instant.nullable(),
    /** Up to when any instant can be restored to; null where it is the point alone. */
    reachesUntil: instant.nullable(),
    databaseBytes: z.number(),
    filestoreFiles: z.number(),
    filestoreBytes: z.number(),
    missingFiles: z.number(),
    addedBytes: z.number(),
    odooVersion: z.string().nullable(),
    /** How many keys can open it. */
    keys: z.number().nullable(),
    /** Null for backups recorded before coverage was kept. */
    coverage: coverage.nullable(),
    /** What it ran with, the directories of add-ons too; null for backups recorded before this was kept. */
    software: z.array(z.object({ name: z.string(), version: z.string() })).nullable(),
    /** What a drill has shown of it; null where none has tried. */
    proof: z
      .object({
        state: z.enum(['verified', 'not-recoverable']),
        drill: z.string(),
        at: instant,
        rtoSeconds: z.number().nullable(),
        reasons: z.array(z.string()),
      })
      .nullable(),
  })
  .openapi('RestorePoint');

const achievement = z.object({
  targetSeconds: z.number().nullable(),
  achievedSeconds: z.number().nullable(),
  verdict: z.enum(['met', 'missed', 'unproven', 'no-target']),
  /** The drill or incident that shows it. */
  shownBy: z.string().nullable(),
  shownAt: instant.nullable(),
});

/** How an environment stands with its recovery. A backup alone is `unproven`. */
export const recoverySummary = z
  .object({
    environment: z.string(),
    tenant: z.string().nullable(),
    stage: z.string(),
    tier: z.string(),
    state: recoveryState,
    /** What about its recovery keeps it from being called ready, whatever else is good; empty only where recovery is proven. */
    disqualifiers: z.array(z.object({ code: z.string(), reason: z.string() })),
    method: z.enum(['physical', 'logical', 'snapshot']),
    repository: z.string().nullable(),
    lastBackup: z.object({ id: z.string(), consistentAt: instant, finishedAt: instant }).nullable(),
    lastDrill: z
      .object({
        id: z.string(),
        at: instant,
        verdict: z.enum(['verified', 'not-recoverable']),
        reasons: z.array(z.string()),
      })
      .nullable(),
    lastVerifiedAt: instant.nullable(),
    /** When the last proof stops counting. */
    proofExpiresAt: instant.nullable(),
    /** Of the last backup; null where there is none, or it was recorded before coverage was kept. */
    coverage: coverage.nullable(),
    /** Target and last demonstrated, for each service domain. */
    domains: z.array(
      z.object({ domain: z.string(), services: z.array(z.string()), rpo: achievement, rto: achievement }),
    ),
    isRunning: z.boolean(),
  })
  .openapi('RecoverySummary');

const prospect = z.object({
  verdict: z.enum(['feasible', 'infeasible', 'no-target', 'refused']),
  targetSeconds: z.number().nullable(),
  /** The worst case that the declared plan allows. */
  expectedSeconds: z.number().nullable(),
  /** From drills and backups, not from assumptions. */
  isMeasured: z.boolean(),
  why: z.string(),
});

const held = z.object({ until: instant.nullable(), why: z.string() }).nullable();

/** The recovery of one environment: what is proven, what is promised, what comes next. */
export const recovery = recoverySummary
  .extend({
    rpoTargetSeconds: z.number().nullable(),
    rtoTargetSeconds: z.number().nullable(),
    /** Two figures that must not be mixed up: a backup may succeed and not come back. */
    rates: z.object({
      from: instant,
      to: instant,
      attempts: z.number().int(),
      succeeded: z.number().int(),
      successRatio: z.number().nullable(),
      drilled: z.number().int(),
      verified: z.number().int(),
      verifiedRatio: z.number().nullable(),
    }),
    feasibility: z.object({ rpo: prospect, rto: prospect }),
    /** Drills in that time, oldest first. */
    trend: z.array(
      z.object({
        drill: z.string(),
        backup: z.string(),
        at: instant,
        verdict: z.enum(['verified', 'not-recoverable', 'inconclusive']),
        rpoSeconds: z.number().nullable(),
        rtoSeconds: z.number().nullable(),
        phases: z.array(z.object({ phase: z.string(), seconds: z.number() })),
      }),
    ),
    nextBackup: z.object({
      everySeconds: z.number(),
      at: instant.nullable(),
      isDue: z.boolean(),
      why: z.string().nullable(),
      held,
      /** What keeps the declared plan from being one. */
      problems: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string() })),
    }),
    nextDrill: z.object({
      everySeconds: z.number(),
      at: instant.nullable(),
      isDue: z.boolean(),
      why: z.string(),
      held,
    }),
    /** The key for a bad day: when somebody last tried it where it is kept, and whether it is time again. */
    recoveryKey: z.object({
      checkedAt: instant.nullable(),
      key: z.string().nullable(),
      everySeconds: z.number(),
      isDue: z.boolean(),
    }),
    /** A drill that was asked for and has not ended yet. */
    drillRequestedAt: instant.nullable(),
  })
  .openapi('Recovery');
