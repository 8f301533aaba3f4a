import type { Bytes } from '../kernel/index.ts';
import type { RowCount } from './manifest.ts';

/** What a dump in directory format holds: its table data, and the files that lie in it. */
export interface DumpContent {
  readonly tables: readonly { readonly schema: string; readonly table: string; readonly file: string }[];
  readonly files: readonly { readonly path: string; readonly bytes: Bytes }[];
}

/** Without these there is no Odoo in it. */
const neverMissing = ['ir_module_module', 'ir_attachment', 'res_users', 'ir_config_parameter'];

/** An empty table is written as its end mark alone: `\.` and two line ends. */
const emptyTableBytes: Bytes = 5;

/**
 * Why a dump is not the whole of what was counted on its snapshot; `undefined` where nothing is wrong. A program that
 * ended with exit code 0 has claimed success, not shown it (BKP-07).
 */
export function dumpProblem({ tables, files }: DumpContent, rowCounts: readonly RowCount[]): string | undefined {
  if (tables.length === 0) return 'The dump holds no table at all.';
  const sizes = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const inPublic = new Map(tables.filter(({ schema }) => schema === 'public').map((each) => [each.table, each]));
  const absent = [...neverMissing, ...rowCounts.map(({ table }) => table)].find((table) => !inPublic.has(table));
  if (absent !== undefined) return `The dump holds no ${absent}.`;
  const lost = tables.find(({ file }) => !sizes.has(file));
  if (lost !== undefined) return `The dump's file ${lost.file} with the rows of ${lost.table} is not there.`;
  const hollow = rowCounts.find(
    ({ table, rows }) => rows > 0 && (sizes.get(inPublic.get(table)?.file ?? '') ?? 0) <= emptyTableBytes,
  );
  if (hollow !== undefined) return `The dump holds no rows of ${hollow.table}, and the database has ${hollow.rows}.`;
  return undefined;
}
