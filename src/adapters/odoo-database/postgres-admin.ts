import postgres from 'postgres';
import type { Secret } from '../../core/kernel/index.ts';
import type { DatabaseAdmin } from '../../ports/database-admin.ts';
import { databaseIn } from '../postgres/database-in.ts';
import { promptSocket } from '../postgres/prompt-socket.ts';
import { translateDatabaseError } from './postgres-odoo-database.ts';

const timeouts = `set local statement_timeout = '30s'; set local lock_timeout = '5s'`;

/** An administrator's connection over PostgreSQL. Everything runs in one transaction: all of the role, or nothing. */
export function createPostgresAdmin(url: Secret): DatabaseAdmin {
  const sql = postgres(url.reveal(), {
    ...promptSocket,
    ...databaseIn(url.reveal()),
    max: 1,
    connect_timeout: 10,
    prepare: false,
    onnotice: () => {},
    connection: { application_name: 'plimsoll connect' },
  });
  const translated = async <Result>(work: Promise<Result>): Promise<Result> =>
    work.catch((error: unknown) => {
      throw translateDatabaseError(error);
    });
  return {
    inspect: async () => {
      const [base] = await translated(
        sql`select latest_version as version, current_database() as database from ir_module_module where name = 'base'`,
      );
      const rows = await translated(
        sql<{ table: string; columns: string[] }[]>`
          select relname as table, array_agg(attname::text) as columns from pg_attribute
          join pg_class class on class.oid = attrelid and relkind in ('r', 'p', 'v', 'm')
          join pg_namespace space on space.oid = relnamespace and nspname = 'public'
          where attnum > 0 and not attisdropped group by relname`,
      );
      return {
        odooVersion: String(base?.['version'] ?? 'unknown'),
        database: String(base?.['database'] ?? ''),
        columns: new Map(rows.map((row) => [row.table, new Set(row.columns)])),
      };
    },
    hasRole: async (role) => {
      const rows = await translated(sql`select from pg_roles where rolname = ${role}`);
      return rows.length > 0;
    },
    run: async (statements) => {
      const refused: { why: string; reason: string }[] = [];
      await translated(
        sql.begin(async (transaction) => {
          await transaction.unsafe(timeouts);
          for (const { sql: text, why, isOptional } of statements) {
            if (!isOptional) {
              await transaction.unsafe(text);
              continue;
            }
            await transaction
              .savepoint((step) => step.unsafe(text))
              .catch((error: unknown) => {
                refused.push({ why, reason: error instanceof Error ? error.message : String(error) });
              });
          }
        }),
      );
      return refused;
    },
    close: () => sql.end({ timeout: 2 }),
  };
}
