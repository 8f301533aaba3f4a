import { findIntegrations } from '../../estate/index.ts';
import { formatBytes, formatDuration } from '../../kernel/index.ts';
import type { FindingDraft } from '../../observe/index.ts';
import { type BackupAttempt, type BackupContent, goodAttempts } from '../attempt.ts';
import { median } from '../figures/growth.ts';
import { integrationCoverage } from '../integration-coverage.ts';
import type { Coverage } from '../manifest.ts';
import { draft, graver, secondsBetween } from './draft.ts';
import type { RecoveryView } from './view.ts';

/** What is wrong with the newest good backup: too small, parts missing, halves from different times (BKP-01, 07, 08). */
export function contentFindings(view: RecoveryView): readonly FindingDraft[] {
  const good = goodAttempts(view.history);
  const last = good.at(-1);
  if (last?.content === undefined) return [];
  return [
    ...smallness(view, last, last.content, good.slice(0, -1)),
    ...coverage(view, last, last.content),
    ...pair(view, last, last.content),
    ...faults(view),
  ];
}

/** Statistics of "suspiciously small": what docs/recovery.md states. */
export const sizeStatistics = {
  /** So many earlier backups of the same kind are looked at, and as few as this say something. */
  most: 10,
  fewest: 3,
  /** Smaller than the median by more than the larger of these two. */
  ratio: 0.3,
  deviations: 4,
  /** A dump smaller than this part of its database holds nothing, whatever came before. */
  emptyRatio: 0.002,
  /** Databases below this are empty themselves. */
  smallestSourceBytes: 20 * 2 ** 20,
} as const;

function smallness(
  { environment }: RecoveryView,
  last: BackupAttempt,
  content: BackupContent,
  earlier: readonly BackupAttempt[],
): readonly FindingDraft[] {
  const empty = whyEmpty(last, content);
  if (empty !== undefined) {
    return [
      draft(environment, {
        code: 'BACKUP_EMPTY',
        severity: graver(environment),
        subject: last.id,
        reason: `The backup ${last.id} finished without an error, and holds nothing: ${empty}.`,
        action: `Do not count on it. Run \`plimsoll backup verify ${environment.name}\` and look what wrote it.`,
        evidence: { databaseBytes: content.databaseBytes, sourceBytes: content.sourceBytes, rows: content.rows },
      }),
    ];
  }
  const kin = earlier.filter(({ method }) => method === last.method).slice(-sizeStatistics.most);
  const measures = [
    ['database', 'databaseBytes'],
    ['filestore', 'filestoreBytes'],
  ] as const;
  return measures.flatMap(([part, measure]) => {
    const values = kin.flatMap((attempt) => attempt.content?.[measure] ?? []);
    const value = content[measure];
    const expected = expectedLeast(values);
    if (expected === undefined || value >= expected.least) return [];
    return [
      draft(environment, {
        code: 'BACKUP_SUSPICIOUSLY_SMALL',
        severity: 'warning',
        subject: `${last.id}/${part}`,
        reason: `The ${part} in ${last.id} is ${formatBytes(value)}; the last ${values.length} were ${formatBytes(expected.median)} in the middle, and less than ${formatBytes(Math.round(expected.least))} is not to be expected.`,
        action: `Was data removed on purpose? If not, run \`plimsoll drill run ${environment.name}\` before the older ones are withdrawn.`,
        evidence: { bytes: value, medianBytes: expected.median, leastBytes: expected.least, compared: values.length },
      }),
    ];
  });
}

function whyEmpty(last: BackupAttempt, content: BackupContent): string | undefined {
  const { databaseBytes, sourceBytes, databaseFiles, rows } = content;
  if (last.method !== 'logical') return databaseBytes === 0 ? 'no byte of the database is in it' : undefined;
  if (databaseFiles <= 1 && rows > 0) return `the dump has no table data, and the database had ${rows} rows`;
  const isLarge = sourceBytes >= sizeStatistics.smallestSourceBytes;
  if (!isLarge || databaseBytes >= sourceBytes * sizeStatistics.emptyRatio) return undefined;
  return `the dump is ${formatBytes(databaseBytes)} of a database of ${formatBytes(sourceBytes)}`;
}

/** The least that is to be expected: the median, less 30 % or four scaled median absolute deviations, whichever is more. */
function expectedLeast(values: readonly number[]): { readonly median: number; readonly least: number } | undefined {
  if (values.length < sizeStatistics.fewest) return undefined;
  const middle = median(values);
  // 1.4826 makes the median absolute deviation comparable to a standard deviation.
  const deviation = 1.4826 * median(values.map((value) => Math.abs(value - middle)));
  const slack = Math.max(sizeStatistics.ratio * middle, sizeStatistics.deviations * deviation);
  return { median: middle, least: Math.max(0, middle - slack) };
}

/** What is declared may have changed since: an integration that came later is not in the newest backup. */
function integrationsNow({ estate, environment }: RecoveryView, { integrations }: BackupContent): Coverage {
  const declared = findIntegrations(estate, { environment: environment.name }).map(({ name }) => name);
  return integrationCoverage({ declared, named: integrations?.map((name) => ({ name })) });
}

function coverage(view: RecoveryView, last: BackupAttempt, content: BackupContent): readonly FindingDraft[] {
  const { environment } = view;
  return [...content.coverage.filter(({ part }) => part !== 'integrations'), integrationsNow(view, content)]
    .filter(({ isCovered }) => !isCovered)
    .map(({ part, why }) =>
      draft(environment, {
        code: 'BACKUP_COVERAGE_GAP',
        severity: part === 'database' || part === 'filestore' ? graver(environment) : 'warning',
        subject: part,
        reason: `The backups of ${environment.name} leave out: ${part}. ${why}`,
        action: `Give the backup what it needs for ${part}, or write down how it comes back without it.`,
        evidence: { part, backup: last.id },
      }),
    );
}

function pair({ environment }: RecoveryView, last: BackupAttempt, content: BackupContent): readonly FindingDraft[] {
  const found: FindingDraft[] = [];
  const apart = secondsBetween(content.databaseAt, content.filestoreAt);
  if (apart !== 0) {
    const order = apart < 0 ? 'earlier' : 'later';
    found.push(
      draft(environment, {
        code: 'BACKUP_PAIR_MISMATCHED',
        // An earlier filestore lacks files that the database names; a later one may have collected them.
        severity: apart < 0 ? graver(environment) : 'warning',
        subject: last.id,
        reason: `Database and filestore of ${last.id} are not of one instant: the filestore is ${formatDuration(Math.abs(apart))} ${order}.`,
        action: 'Take them together, as `plimsoll backup run` does; verify this one before counting on it.',
        evidence: { databaseAt: content.databaseAt.toString(), filestoreAt: content.filestoreAt.toString() },
      }),
    );
  }
  if (content.missingFiles > 0) {
    found.push(
      draft(environment, {
        code: 'ATTACHMENTS_MISSING_AT_SOURCE',
        severity: 'warning',
        subject: 'filestore',
        reason: `${content.missingFiles} attachments of ${environment.name} have no file: they were missing before the backup.`,
        action: `Look for them in older backups: \`plimsoll backup list ${environment.name}\`.`,
        evidence: { missing: content.missingFiles, backup: last.id },
      }),
    );
  }
  return found;
}

/** Content that a check found to be not what it should be; the first of a backup stands for all of it. */
function faults({ environment, contentFaults }: RecoveryView): readonly FindingDraft[] {
  const byBackup = Map.groupBy(contentFaults, ({ backup, repository }) => `${repository}/${backup}`);
  return [...byBackup.values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const more = all.length === 1 ? '' : `, and ${all.length - 1} more`;
    return [
      draft(environment, {
        code: 'BACKUP_CONTENT_DAMAGED',
        severity: graver(environment),
        subject: `${first.repository}/${first.backup}`,
        reason: `${first.backup} in ${first.repository} does not come back whole: ${first.what} is ${first.state}${more}.`,
        action: 'Take a new backup now; restore from an older one or from a copy until it is there.',
        evidence: { backup: first.backup, repository: first.repository, state: first.state, count: all.length },
      }),
    ];
  });
}
