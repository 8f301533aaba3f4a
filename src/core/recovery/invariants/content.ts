import type { DrillCheck } from '../drill.ts';
import type { BackupManifest, RowCount } from '../manifest.ts';
import { namedCulprits } from './invariant.ts';

/** Columns `table` and `rows`: counts of the tables that `$1` (a JSON list) names; tables that are not there are left out. */
export const rowCountsSql = `select wanted.name as table,
    (xpath('/row/answer/text()', query_to_xml(format('select count(*) as answer from public.%I', wanted.name), false, true, '')))[1]::text::bigint::float8 as rows
  from jsonb_array_elements_text($1::text::jsonb) as wanted (name) where to_regclass(format('public.%I', wanted.name)) is not null`;

/** The rows that were counted at the source must all be there again, and no more: a dump is one instant. */
export function judgeRowCounts(expected: readonly RowCount[], found: readonly RowCount[]): DrillCheck {
  const name = 'database.row-counts';
  if (expected.length === 0) {
    return { name, outcome: 'not-applicable', detail: 'the backup counted no rows', evidence: [] };
  }
  const rows = new Map(found.map((count) => [count.table, count.rows]));
  const differing = expected.filter((count) => rows.get(count.table) !== count.rows);
  if (differing.length === 0) {
    return { name, outcome: 'passed', detail: `${expected.length} tables have the rows they had`, evidence: [] };
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
