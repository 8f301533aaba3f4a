import type { z } from '@hono/zod-openapi';
import { backupPlaces, type Environment } from '../../../core/estate/index.ts';
import type { LedgerEntry } from '../../../core/ledger/index.ts';
import { type BackupCheck, type EnvironmentCopy, residencyReasons } from '../../../core/recovery/index.ts';
import type { resource } from '../../contract/index.ts';
import type { ServerDeps } from '../deps.ts';
import { iso } from './format.ts';

type Place = z.input<typeof resource.backupCopyPlace>;

/** Copies are told by the ledger: enough entries for those of a month, with a backup every hour. */
const mostEntries = 2_000;
const mostFindings = 500;
const copyProblems: readonly string[] = ['BACKUP_COPY_FAILED', 'BACKUP_COPY_MISSING', 'BACKUP_OUTSIDE_RESIDENCY'];

/** A copy of an environment as the API shows it. */
export function cloneView(copy: EnvironmentCopy): z.input<typeof resource.clone> {
  const { workers: _, ports, database: __, ...rest } = copy;
  return {
    ...rest,
    url: `http://127.0.0.1:${ports.web}`,
    reachesAt: iso(copy.reachesAt),
    createdAt: iso(copy.createdAt),
    changedAt: iso(copy.changedAt),
    expiresAt: copy.expiresAt === null ? null : iso(copy.expiresAt),
  };
}

/** Ids of backups begin with their time: the greatest is the newest, whatever was copied last. */
function lastCopied(entries: readonly LedgerEntry[], repository: string): Place['lastCopied'] {
  const [newest] = entries
    .filter(({ type, data }) => type === 'backup.copied' && data['to'] === repository)
    .toSorted((a, b) => (String(a.data['backup']) > String(b.data['backup']) ? -1 : 1));
  return newest === undefined ? null : { backup: String(newest.data['backup']), at: iso(newest.at) };
}

function lastCheck(checks: readonly BackupCheck[], repository: string): Place['lastCheck'] {
  const newest = checks.find((check) => check.repository === repository);
  if (newest === undefined) return null;
  const { backup, checkedAt, isIntact, problemCount } = newest;
  return { backup, checkedAt: iso(checkedAt), isIntact, problemCount };
}

/** Where backups of an environment are copied to, and how the copies there are. */
export async function copyPlacesOf(deps: ServerDeps, environment: Environment): Promise<Place[]> {
  const { estate } = deps.estate();
  const { copies } = backupPlaces(estate.repositories, environment);
  if (copies.length === 0) return [];
  const { name } = environment;
  const [entries, checks, findings, good] = await Promise.all([
    deps.store.ledger.tail({ subject: `environment/${name}`, limit: mostEntries }),
    deps.store.backupChecks.list(name),
    deps.store.findings.list({ environment: name, includeClosed: false, limit: mostFindings }),
    deps.store.backups.list({ environment: name, state: 'succeeded', limit: 1 }),
  ]);
  const wrong = findings.filter(({ code }) => copyProblems.includes(code));
  return copies.map(({ region, repository }) => {
    const copied = repository === undefined ? null : lastCopied(entries, repository.name);
    const newest = good[0]?.id;
    return {
      region,
      repository: repository?.name ?? null,
      refusals:
        repository === undefined ? [] : residencyReasons(estate, environment, repository).map((each) => ({ ...each })),
      lastCopied: copied,
      isBehind: newest !== undefined && (copied === null || copied.backup < newest),
      lastCheck: repository === undefined ? null : lastCheck(checks, repository.name),
      problems: wrong
        .filter(({ subject }) => subject === region || subject === repository?.name)
        .map(({ reason }) => reason),
    };
  });
}
