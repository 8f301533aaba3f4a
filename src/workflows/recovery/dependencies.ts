import type { Environment } from '../../core/estate/index.ts';
import type { AddonsVersion } from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OdooAccess } from '../../ports/odoo-access.ts';
import type { OpenArchive } from '../../ports/physical-backup.ts';
import type { RestorePlaces, ServedOdoo } from '../../ports/restore-place.ts';

/** What a drill needs. */
export interface DrillDependencies {
  readonly clock: Clock;
  readonly repository: BackupRepository;
  readonly places: RestorePlaces;
  /** Ways into a restored copy that serves, whatever the estate says about the source. */
  readonly openCopy: (served: ServedOdoo) => OdooAccess & { close(): void };
  /** For physical backups; `undefined` where pgBackRest is not to be had. */
  readonly openArchive?: OpenArchive | undefined;
  /** What the copy runs with besides Odoo's own; `undefined` where nobody looked. */
  readonly addons?: readonly AddonsVersion[] | undefined;
  /** How many parts of the dump are restored at once. */
  readonly jobs: number;
}

/** How far a long piece of work is; shown to people. */
export interface RecoveryProgress {
  readonly phase: string;
  readonly detail: string;
  readonly doneBytes: number;
  /** `undefined` where nobody knows. */
  readonly totalBytes: number | undefined;
}

export type Report = (progress: RecoveryProgress) => void;

/** Where a drill or a restore takes its backup from, and what it tells. */
export interface RecoveryOptions {
  readonly signal?: AbortSignal | undefined;
  readonly report: Report;
}

/** In a neutralised copy no scheduled action runs, so none of them is late: a hundred years. */
const neverLateSeconds = 100 * 365 * 86_400;

/** A declared environment and the copy of it that serves elsewhere, as if that were declared. */
export function environmentOfCopy(environment: Environment, served: ServedOdoo, version: string): Environment {
  return {
    ...environment,
    thresholds: { ...environment.thresholds, cronOverdueAfterSeconds: neverLateSeconds },
    odoo: { ...environment.odoo, version, database: served.database },
    connect: {
      odoo: { url: served.url, login: served.login, apiKey: { source: 'env', name: 'COPY' } },
      postgres: undefined,
      filestore: undefined,
      log: undefined,
    },
  };
}
