import { z } from 'zod';
import { Fault } from '../../core/kernel/index.ts';
import {
  type AnonymiseRule,
  type ColumnFact,
  columnsSql,
  type DrillCheck,
  forgetOriginals,
  leftoverSql,
  planAnonymise,
  planReduce,
  type Reduction,
  rememberOriginals,
  rulesFor,
  unreadableColumns,
} from '../../core/recovery/index.ts';
import type { OdooDatabase } from '../../ports/odoo-database.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';

/** A scan may read whole tables; it is bounded all the same. */
const timeoutSeconds = 1_800;
const shownPlaces = 10;

type Options = { readonly signal?: AbortSignal | undefined; readonly report: (detail: string) => void };
type Copy = Pick<RestorePlace, 'change' | 'compact' | 'database'>;

const columnRows = z.array(
  z
    .object({ table: z.string(), column: z.string(), type: z.string(), nullable: z.boolean() })
    .transform(({ nullable, ...rest }): ColumnFact => ({ ...rest, isNullable: nullable })),
);
const leftovers = z.array(z.object({ place: z.string(), total: z.number() }));

async function readColumns(database: OdooDatabase): Promise<readonly ColumnFact[]> {
  return columnRows.parse(await database.query(columnsSql, [], { timeoutSeconds }));
}

async function findLeftovers(database: OdooDatabase, columns: readonly ColumnFact[], { signal }: Options) {
  const found: { readonly place: string; readonly total: number }[] = [];
  for (const sql of leftoverSql(columns)) {
    signal?.throwIfAborted();
    found.push(...leftovers.parse(await database.query(sql, [], { timeoutSeconds })));
  }
  return found;
}

function judge(
  found: readonly { readonly place: string; readonly total: number }[],
  unreadable: readonly string[],
): DrillCheck {
  const name = 'anonymised.originals';
  const evidence = [
    ...found.map(({ place, total }) => `${place} (${total} ${total === 1 ? 'row' : 'rows'})`),
    ...unreadable.map((place) => `${place} (cannot be looked into)`),
  ];
  if (evidence.length === 0) {
    const detail = 'no name of several words and no e-mail address of the source is left in any column';
    return { name, outcome: 'passed', detail, evidence: [] };
  }
  const detail = 'names or e-mail addresses of the source are left; declare the columns in a DataClass (anonymise:)';
  return { name, outcome: 'failed', detail, evidence: evidence.slice(0, shownPlaces) };
}

/**
 * Replaces what the copy knows of people by disguises that are the same everywhere, then looks into every column for what
 * was there before. Answers what it found; nothing of the originals stays in the copy, nor in its files.
 */
export async function anonymiseCopy(
  copy: Copy,
  how: { readonly rules: readonly AnonymiseRule[]; readonly key: string },
  options: Options,
): Promise<DrillCheck> {
  const { signal, report } = options;
  const columns = await readColumns(copy.database);
  report('remembering what must not be found again');
  await copy.change(rememberOriginals(rulesFor(columns, how.rules), columns), { signal });
  report('replacing names, addresses, numbers and text');
  await copy.change(planAnonymise(columns, how.rules, how.key), { signal });
  report('looking for what is left');
  const found = await findLeftovers(copy.database, columns, options);
  await copy.change(forgetOriginals, { signal });
  report('rewriting the tables, so that no file holds the old');
  await copy.compact({ signal });
  return judge(found, unreadableColumns(columns));
}

/** Leaves out what is older than it is wanted. */
export async function reduceCopy(
  copy: Copy,
  how: { readonly reduction: Reduction; readonly now: Temporal.Instant; readonly isRewrittenLater: boolean },
  { signal, report }: Options,
): Promise<void> {
  const tables = new Set((await readColumns(copy.database)).map(({ table }) => table));
  await copy.change(planReduce(how.reduction, how.now, tables), { signal });
  if (how.isRewrittenLater) return;
  report('rewriting the tables, so that the space is free');
  await copy.compact({ signal });
}

/** Throws NOT_ANONYMISED where originals are left: then there is no copy. */
export function requireAnonymised({ outcome, detail, evidence }: DrillCheck): void {
  if (outcome !== 'failed') return;
  throw new Fault('NOT_ANONYMISED', `${detail}: ${evidence.join(', ')}`);
}
