import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { createMemoryStore } from '../../src/adapters/memory/store.ts';
import { createOdooAccess } from '../../src/adapters/odoo/access.ts';
import { createFileJourneyKeys } from '../../src/adapters/secrets/file-journey-keys.ts';
import { createLocalSecrets } from '../../src/adapters/secrets/local-secrets.ts';
import type { Environment } from '../../src/core/estate/index.ts';
import type { Sample } from '../../src/core/observe/index.ts';
import type { JourneyDependencies } from '../../src/workflows/journeys/dependencies.ts';
import { type LabDatabase, type LabOdoo, startLab } from '../lab/index.ts';
import { labEnvironment } from '../lab-environment.ts';

/** A real Odoo of one test file's own, with what journeys need to run on it. */
export interface JourneyGround {
  readonly odoo: LabOdoo;
  readonly database: LabDatabase;
  readonly sql: postgres.Sql;
  readonly environment: Environment;
  readonly samples: Sample[];
  /** Dependencies with an empty record, and a clock that is ahead by so many seconds. */
  dependencies(clockAheadSeconds?: number): JourneyDependencies;
  close(): Promise<void>;
}

/** Boots an Odoo on a copy of the lab's database. */
export async function openJourneyGround(): Promise<JourneyGround> {
  const lab = await startLab();
  const database = await lab.createDatabase();
  const odoo = await lab.bootOdoo({ database: database.name });
  const stateDirectory = await mkdtemp(join(tmpdir(), 'plimsoll-journeys-'));
  const secrets = createLocalSecrets({ environment: { LAB_KEY: odoo.apiKey }, stateDirectory });
  const access = createOdooAccess({ secrets });
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const samples: Sample[] = [];
  return {
    odoo,
    database,
    sql,
    environment: labEnvironment(odoo),
    samples,
    dependencies: (clockAheadSeconds = 0) => ({
      clock: {
        now: () => Temporal.Now.instant().add({ seconds: clockAheadSeconds }),
        sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000)),
      },
      odoo: access,
      keys: createFileJourneyKeys(stateDirectory),
      journeys: createMemoryStore().journeys,
      samples: { write: async (written) => void samples.push(...written) },
    }),
    close: async () => {
      access.close();
      await sql.end();
      await odoo.stop();
      await database.drop();
      await rm(stateDirectory, { recursive: true, force: true });
    },
  };
}

/** Everything about the real company that a journey must not change, counted by SQL. */
export async function realCompanyFacts(
  sql: postgres.Sql,
  companyId: number,
): Promise<Readonly<Record<string, unknown>>> {
  const [facts] = await sql`
    select
      (select jsonb_build_object('count', count(*), 'quantity', sum(quantity), 'reserved', sum(reserved_quantity))
         from stock_quant where company_id = ${companyId}) as quants,
      (select jsonb_build_object('count', count(*), 'value', sum(value)) from stock_move where company_id = ${companyId}) as moves,
      (select jsonb_build_object('count', count(*), 'names', string_agg(name, ',' order by id))
         from stock_picking where company_id = ${companyId}) as transfers,
      (select jsonb_build_object('count', count(*), 'numbers', string_agg(journal_id || ':' || coalesce(name, ''), ',' order by id),
         'total', sum(amount_total)) from account_move where company_id = ${companyId}) as invoices,
      (select jsonb_build_object('count', count(*), 'balance', sum(abs(balance))) from account_move_line where company_id = ${companyId}) as entries,
      (select jsonb_build_object('count', count(*), 'names', string_agg(name, ',' order by id), 'total', sum(amount_total))
         from sale_order where company_id = ${companyId}) as sales,
      (select jsonb_build_object('count', count(*), 'names', string_agg(name, ',' order by id)) from purchase_order where company_id = ${companyId}) as purchases,
      (select string_agg(name, ',' order by name) from ir_module_module where state <> 'uninstalled') as modules,
      (select count(*)::int from product_product p join product_template t on t.id = p.product_tmpl_id
         where t.company_id is null or t.company_id = ${companyId}) as products`;
  // Numbers live in PostgreSQL sequences, one per ir.sequence: shared ones and those of the real company.
  const numbers = await sql`
    select s.id, s.code, p.last_value from ir_sequence s
      join pg_sequences p on p.sequencename = 'ir_sequence_' || lpad(s.id::text, 3, '0')
      where s.company_id is null or s.company_id = ${companyId} order by s.id`;
  return { ...facts, numbers: numbers.map((row) => ({ ...row })) };
}
