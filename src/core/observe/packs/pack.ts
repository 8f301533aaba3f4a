import { Fault } from '../../kernel/index.ts';
import { backgroundQueries, cronFactQueries } from './background.ts';
import { demandQueries } from './demand.ts';
import { type FactQuery, type IndicatorQuery, type OdooMajor, odooMajors } from './indicator.ts';
import { salesQueries } from './sales.ts';
import { stockQueries } from './stock.ts';

/** Everything Plimsoll asks a database of one Odoo major. */
export interface SqlPack {
  readonly major: OdooMajor;
  /** Whether every query of the pack ran on the real Odoo with known answers, but those of modules outside Odoo itself. */
  readonly isProven: boolean;
  readonly indicators: readonly IndicatorQuery[];
  readonly facts: readonly FactQuery[];
}

/** What tells the version and the installed modules; the same in every version. */
export const versionSql = {
  reads: { ir_module_module: ['id', 'name', 'state', 'latest_version'] },
  sql: `select name, case when name = 'base' then latest_version end as version
  from ir_module_module where state in ('installed', 'to upgrade', 'to remove')`,
} as const;

const outsideModules: readonly string[] = ['queue_job'];

function packOf(major: OdooMajor): SqlPack {
  const holds = (query: { readonly versions: readonly OdooMajor[] }): boolean => query.versions.includes(major);
  const indicators = [...stockQueries, ...salesQueries, ...backgroundQueries, ...demandQueries].filter(holds);
  const facts = cronFactQueries.filter(holds);
  return {
    major,
    indicators,
    facts,
    isProven: [...indicators, ...facts].every(
      (query) => query.proven.includes(major) || outsideModules.includes(query.module),
    ),
  };
}

/** The packs, oldest version first. */
export const sqlPacks: readonly SqlPack[] = odooMajors.map(packOf);

/** The major version in what Odoo writes: `19.0.1.3`, `19.0`, `saas~18.2` (a stop on the way to 19: not 18). */
export function odooMajorOf(version: string): number | undefined {
  const match = /^(\d{1,3})\.\d/.exec(version.trim());
  return match === null ? undefined : Number(match[1]);
}

/** The pack for a version as the database tells it. Throws ODOO_VERSION_UNSUPPORTED for any other than 14 to 19. */
export function choosePack(version: string): SqlPack {
  const major = odooMajorOf(version);
  const pack = sqlPacks.find((candidate) => candidate.major === major);
  if (pack === undefined) {
    throw new Fault('ODOO_VERSION_UNSUPPORTED', `Plimsoll has no SQL pack for Odoo ${version}.`, {
      details: { version, supported: odooMajors.join(', ') },
    });
  }
  return pack;
}

/** What to know of a version before its figures are relied on; `undefined` for a proven one and for one without a pack. */
export function unprovenNote(version: string): string | undefined {
  const major = odooMajorOf(version);
  const pack = sqlPacks.find((candidate) => candidate.major === major);
  if (pack === undefined || pack.isProven) return undefined;
  return `Odoo ${major} is unproven: what reads it was written from its published sources and has not run on a real one. Compare its figures with Odoo's own before you rely on them.`;
}
