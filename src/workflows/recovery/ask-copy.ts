import { z } from 'zod';
import { synthetic } from '../../core/journey/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import {
  type BackupManifest,
  businessTables,
  chooseInvariants,
  type DrillCheck,
  type Identity,
  type Invariant,
  identitySql,
  judgeInvariant,
  type NamedFile,
  namedFilesSql,
  type RowCount,
  rowCountsSql,
} from '../../core/recovery/index.ts';
import type { OdooDatabase } from '../../ports/odoo-database.ts';

/** A question may read whole tables; it is bounded all the same. */
const timeoutSeconds = 1_800;

type Limits = { readonly signal?: AbortSignal | undefined };

const violations = z.array(z.object({ total: z.number(), culprit: z.string() }));
const counts = z.array(z.object({ table: z.string(), rows: z.number() }));
const files = z.array(z.object({ file: z.string(), attachment: z.string() }));
const digests = z.array(z.object({ key: z.string(), digest: z.string() }));
const modules = z.array(z.object({ name: z.string(), version: z.string().nullable() }));
const values = z.array(z.object({ value: z.string().nullable() }));
const counted = z.array(z.object({ count: z.number() }));
const usersSql = 'select count(*)::int as count from res_users where login in ($1, $2)';
const instants = z.array(z.object({ newest: z.string().nullable() }));

async function ask<Rows extends z.ZodType>(
  database: OdooDatabase,
  rows: Rows,
  text: string,
  bound: readonly unknown[],
  { signal }: Limits,
): Promise<z.output<Rows>> {
  const limits = signal === undefined ? { timeoutSeconds } : { timeoutSeconds, signal };
  return rows.parse(await database.query(text, bound, limits));
}

/** What a restored database is, and what it should still hold before anything changes it. */
export interface CopyFacts {
  readonly modules: ReadonlySet<string>;
  readonly version: string;
  readonly identity: Identity;
  readonly databaseUuid: string | undefined;
  readonly rowCounts: readonly RowCount[];
  readonly lastBusinessRowAt: Temporal.Instant | null;
  /** Whether the company in which journeys may write came back with the backup. */
  readonly isInstalled: boolean;
}

/** The newest write of the business tables; `null` where there is none. */
export async function lastBusinessRow(database: OdooDatabase, limits: Limits): Promise<Temporal.Instant | null> {
  const present = `select name as value from jsonb_array_elements_text($1::text::jsonb) as wanted (name)
    where to_regclass(format('public.%I', name)) is not null`;
  const found = await ask(database, values, present, [JSON.stringify(businessTables)], limits);
  const tables = businessTables.filter((table) => found.some(({ value }) => value === table));
  if (tables.length === 0) return null;
  // Names of our own: the list that the manifest's figure is taken from as well.
  const newest = tables.map((table) => `(select max(write_date) from ${table})`).join(', ');
  const text = `select to_char(greatest(${newest}), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as newest`;
  const [row] = await ask(database, instants, text, [], limits);
  return row?.newest == null ? null : Temporal.Instant.from(row.newest);
}

/** Which cluster it is in; `undefined` where the role may not ask. */
export async function systemIdentifierOf(database: OdooDatabase, limits: Limits): Promise<string | undefined> {
  const text = 'select system_identifier::text as value from pg_control_system()';
  const rows = await ask(database, values, text, [], limits).catch(() => []);
  return rows[0]?.value ?? undefined;
}

/** Reads the identity as digests. */
export async function readIdentity(database: OdooDatabase, limits: Limits): Promise<Identity> {
  const found = new Map(
    (await ask(database, digests, identitySql, [], limits)).map(({ key, digest }) => [key, digest]),
  );
  return { uuidDigest: found.get('database.uuid'), secretDigest: found.get('database.secret') };
}

/** Looks at a freshly restored database. Throws RESTORE_FAILED where it is none of Odoo's. */
export async function readCopy(
  database: OdooDatabase,
  manifest: Pick<BackupManifest, 'rowCounts'>,
  limits: Limits,
): Promise<CopyFacts> {
  const isOdoo = `select to_regclass('ir_module_module')::text as value`;
  const [table] = await ask(database, values, isOdoo, [], limits);
  if (table?.value == null) {
    throw new Fault('RESTORE_FAILED', 'what was restored is no database of Odoo: it has no ir_module_module');
  }
  const installed = `select name, latest_version as version from ir_module_module where state in ('installed', 'to upgrade', 'to remove')`;
  const rows = await ask(database, modules, installed, [], limits);
  const version = rows.find(({ name }) => name === 'base')?.version ?? undefined;
  if (version === undefined) throw new Fault('RESTORE_FAILED', 'what was restored has no module base installed');
  const names = new Set(rows.map(({ name }) => name));
  const uuid = `select value from ir_config_parameter where key = 'database.uuid'`;
  const tables = manifest.rowCounts.map((count) => count.table);
  return {
    modules: names,
    version,
    identity: await readIdentity(database, limits),
    databaseUuid: (await ask(database, values, uuid, [], limits))[0]?.value ?? undefined,
    rowCounts: await ask(database, counts, rowCountsSql, [JSON.stringify(tables)], limits),
    lastBusinessRowAt: await lastBusinessRow(database, limits),
    isInstalled:
      (await ask(database, counted, usersSql, [synthetic.userLogin, synthetic.portalLogin], limits))[0]?.count === 2,
  };
}

/** Every file that the restored database names. */
export function readNamedFiles(database: OdooDatabase, limits: Limits): Promise<readonly NamedFile[]> {
  return ask(database, files, namedFilesSql, [], limits);
}

/** Asks what of some invariants applies to the copy, and says what the answers mean. */
export async function askInvariants(
  database: OdooDatabase,
  invariants: readonly Invariant[],
  copy: Pick<CopyFacts, 'version' | 'modules'>,
  limits: Limits,
): Promise<readonly DrillCheck[]> {
  const { ask: chosen, skipped } = chooseInvariants(invariants, copy.version, copy.modules);
  const checks: DrillCheck[] = [];
  for (const invariant of chosen) {
    checks.push(judgeInvariant(invariant, await ask(database, violations, invariant.sql, [], limits)));
  }
  return [...checks, ...skipped];
}
