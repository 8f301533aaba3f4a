import type { DrillCheck } from '../drill.ts';
import type { BackupManifest, RowCount } from '../manifest.ts';
import { namedCulprits } from './invariant.ts';

/** Columns `table` and `rows`: counts of the tables that `$1` (a JSON list) names; tables that are not there are left out. */
export const rowCountsSql = `select wanted.name as table,
    (xpath('/row/answer/text()', query_to_xml(format('select count(*) as answer from public.%I', wanted.name), false, true, '')))[1]::text::bigint::float8 as rows
  from jsonb_array_elements_text($1::text::jsonb) as wanted (name) where to_regclass(format('public.%I', wanted.name)) is not null`;

/** How long after the counting the restored instant is: the same, just after it, or any time later. */
export type CountedWhen = 'at-the-instant' | 'just-before' | 'earlier';

/** On a busy system so many rows may come and go between the counting and the instant of a physical pair. */
const slackOf = (rows: number): number => Math.max(50, Math.ceil(rows / 100));

/** Whether the rows that came back are as many as they may be. A table that lost every row is never a coincidence. */
function isExpected(before: number, after: number | undefined, when: CountedWhen): boolean {
  if (after === undefined || after === before) return after === before;
  if (when === 'at-the-instant' || after === 0) return false;
  return when === 'earlier' ? after >= before / 2 : Math.abs(after - before) <= slackOf(before);
}

/**
 * The rows that were counted at the source must be there again. A dump is one instant: exactly as many. A physical backup is
 * restored to an instant just after the counting, and may differ by what was committed between; to a later one, by what
 * the business did since.
 */
export function judgeRowCounts(
  expected: readonly RowCount[],
  found: readonly RowCount[],
  when: CountedWhen = 'at-the-instant',
): DrillCheck {
  const name = 'database.row-counts';
  if (expected.length === 0) {
    return { name, outcome: 'not-applicable', detail: 'the backup counted no rows', evidence: [] };
  }
  const rows = new Map(found.map((count) => [count.table, count.rows]));
  const differing = expected.filter(({ table, rows: before }) => !isExpected(before, rows.get(table), when));
  if (differing.length === 0) {
    const since = when === 'earlier' ? ', or about as many as they had earlier' : '';
    return {
      name,
      outcome: 'passed',
      detail: `${expected.length} tables have the rows they had${since}`,
      evidence: [],
    };
  }
  const evidence = differing
    .slice(0, namedCulprits)
    .map(({ table, rows: before }) => `${table}: ${rows.get(table) ?? 'no table'} of ${before} rows`);
  return { name, outcome: 'failed', detail: `${differing.length} tables do not have the rows they had`, evidence };
}

/** Who the restored database says it is, and who it should be. */
export interface Origin {
  /** As restored, before it got another; `undefined` where it is no Odoo at all. */
  readonly databaseUuid: string | undefined;
  /** What earlier backups of this environment said, oldest first. */
  readonly earlierUuids: readonly string[];
  readonly declaredDatabase: string;
}

/** A backup of the wrong database restores perfectly: it must also be the right one. */
export function judgeOrigin(manifest: BackupManifest, origin: Origin): DrillCheck {
  const name = 'database.is-the-right-one';
  const { source } = manifest;
  const last = origin.earlierUuids.at(-1);
  const wrong = [
    ...(origin.databaseUuid === undefined ? ['it is no database of Odoo: it has no database.uuid'] : []),
    ...(origin.databaseUuid !== undefined && origin.databaseUuid !== source.databaseUuid
      ? [`its database.uuid is ${origin.databaseUuid}, the manifest says ${source.databaseUuid}`]
      : []),
    ...(source.database === origin.declaredDatabase
      ? []
      : [`it was taken of database ${source.database}, the estate declares ${origin.declaredDatabase}`]),
    ...(last === undefined || last === source.databaseUuid
      ? []
      : [`its database.uuid is ${source.databaseUuid}, the backups before it are of ${last}`]),
  ];
  if (wrong.length === 0) {
    return { name, outcome: 'passed', detail: `it is ${source.database}, as declared and as before`, evidence: [] };
  }
  return { name, outcome: 'failed', detail: 'this is a backup of another database', evidence: wrong };
}
