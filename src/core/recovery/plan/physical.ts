import type { Environment } from '../../estate/index.ts';
import type { Bytes } from '../../kernel/index.ts';
import type { BackupAttempt } from '../attempt.ts';
import type { BackupKind } from '../manifest.ts';
import { type BackupPlan, planBackup } from './backup-plan.ts';

/** What a plan needs to know of a physical backup that is there. */
export interface PhysicalPoint {
  readonly label: string;
  readonly kind: BackupKind;
  readonly startedAt: Temporal.Instant;
  readonly stoppedAt: Temporal.Instant;
  readonly databaseBytes: Bytes;
  readonly addedBytes: Bytes;
}

/** A physical backup as an attempt that was good. Its content is the database alone: the filestore is in the pair. */
export function physicalAttempt(point: PhysicalPoint): BackupAttempt {
  return {
    id: point.label,
    method: 'physical',
    kind: point.kind,
    startedAt: point.startedAt,
    finishedAt: point.stoppedAt,
    outcome: 'good',
    detail: '',
    content: undefined,
  };
}

/** The plan for the physical backups of an environment, from those that its repository holds. */
export function planPhysical(
  environment: Environment,
  points: readonly PhysicalPoint[],
  now: Temporal.Instant,
): BackupPlan {
  return planBackup({ environment, now, history: points.map(physicalAttempt), isRunning: false, canArchive: true });
}
