import type { Environment } from '../core/estate/index.ts';
import { choosePack, type RoleStatement, readerRoleStatements } from '../core/observe/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { DatabaseAdmin } from '../ports/database-admin.ts';
import type { OdooDatabase } from '../ports/odoo-database.ts';
import { collectDatabase } from './observe/collect-database.ts';
import { collectIndicators } from './observe/collect-indicators.ts';
import { isolate } from './observe/isolate.ts';
import { createObserverMemory } from './observe/memory.ts';

/** Makes the read-only role through an administrator's connection; answers whether it was there, and what it could not get. */
export async function createReader(
  admin: DatabaseAdmin,
  environment: Environment,
  reader: { readonly role: string; readonly password: string | undefined },
): Promise<{
  readonly odooVersion: string;
  readonly wasThere: boolean;
  readonly refused: readonly { readonly why: string; readonly reason: string }[];
}> {
  const { odooVersion, database, columns } = await admin.inspect();
  const wasThere = await admin.hasRole(reader.role);
  const { statementTimeoutSeconds } = environment.thresholds;
  const statements = readerRoleStatements(
    { ...reader, database, statementTimeoutSeconds },
    choosePack(odooVersion),
    columns,
  );
  return { odooVersion, wasThere, refused: await admin.run(statements) };
}

/** The statements somebody with the right to run them would need, as if every column of the pack existed. */
export function explainReader(environment: Environment, role: string): readonly RoleStatement[] {
  const pack = choosePack(environment.odoo.version);
  const existing = new Map(
    [...pack.indicators, ...pack.facts]
      .flatMap((query) => Object.entries(query.reads))
      .map(([table]) => [table, everything]),
  );
  existing.set('ir_module_module', everything);
  const { statementTimeoutSeconds } = environment.thresholds;
  return readerRoleStatements(
    { role, database: environment.odoo.database, password: undefined, statementTimeoutSeconds },
    pack,
    existing,
  );
}

const everything: ReadonlySet<string> = Object.assign(new Set<string>(), { has: () => true });

/** Asks everything once through the role, and says what it cannot see; `undefined` when it sees all. */
export async function verifyReader(
  clock: Clock,
  database: OdooDatabase,
  environment: Environment,
  signal: AbortSignal,
): Promise<string | undefined> {
  const options = { clock, deadlineSeconds: 30, signal };
  const look = (stop: AbortSignal) => ({
    environment: environment.name,
    database,
    memory: createObserverMemory().of(environment.name),
    at: clock.now(),
    statementTimeoutSeconds: environment.thresholds.statementTimeoutSeconds,
    signal: stop,
  });
  const seen = await isolate({ ...options, collector: 'database' }, (stop) => collectDatabase(look(stop)));
  const indicators = await isolate({ ...options, collector: 'indicators' }, (stop) =>
    collectIndicators(look(stop), seen.result?.locks),
  );
  const complaints = [seen.report.detail, indicators.report.detail].filter((detail) => detail !== null);
  return complaints.length === 0 ? undefined : [...new Set(complaints)].join('; ');
}
