import { describe, expect, test } from 'vitest';
import type { OdooDatabase } from './odoo-database.ts';

/** A database with a table `thing` of two rows, `(1, 'one')` and `(2, NULL)`. */
export interface OdooDatabaseWorld {
  readonly database: OdooDatabase;
  /** A way to a database that is not there. */
  readonly lost: OdooDatabase;
  /** A way as a role that may not read the table. */
  readonly denied: OdooDatabase;
  /** Locks the table until the answer is called. */
  lock(): Promise<() => Promise<void>>;
}

const within = { timeoutSeconds: 10 };

/** What every way to an Odoo database promises. There is no fake of this port: adapters ask a real PostgreSQL. */
export function odooDatabaseContract(name: string, create: () => Promise<OdooDatabaseWorld>): void {
  describe(name, () => {
    test('answers rows; values are bound, never part of the text', async () => {
      const { database } = await create();
      expect(await database.query('select id, name from thing order by id', [], within)).toEqual([
        { id: 1, name: 'one' },
        { id: 2, name: null },
      ]);
      const sly = `one'; drop table thing; --`;
      expect(await database.query('select id from thing where name = $1', [sly], within)).toEqual([]);
      expect(await database.query('select count(*)::int as count from thing', [], within)).toEqual([{ count: 2 }]);
    });

    test('changes nothing, whatever it is asked', async () => {
      const { database } = await create();
      await expect(database.query('delete from thing', [], within)).rejects.toMatchObject({ name: 'Fault' });
      await expect(database.query('create table other (id int)', [], within)).rejects.toMatchObject({ name: 'Fault' });
      expect(await database.query('select count(*)::int as count from thing', [], within)).toEqual([{ count: 2 }]);
    });

    test('a statement that takes too long, and one behind a lock, are DEADLINE_EXCEEDED, and the next one is answered', async () => {
      const { database, lock } = await create();
      const slow = database.query('select pg_sleep(30)', [], { timeoutSeconds: 0.2 });
      await expect(slow).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      const release = await lock();
      try {
        const waiting = database.query('select * from thing', [], { timeoutSeconds: 0.3 });
        await expect(waiting).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      } finally {
        await release();
      }
      expect(await database.query('select 1 as one', [], within)).toEqual([{ one: 1 }]);
    });

    test('whoever asks may give up, and the statement is cancelled on the server', async () => {
      const { database } = await create();
      const signal = AbortSignal.timeout(200);
      const asked = database.query(`select pg_sleep(30), 'given up' as mark`, [], { timeoutSeconds: 30, signal });
      await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
      const running = `select count(*)::int as count from pg_stat_activity
        where state = 'active' and query like '%given up%' and pid <> pg_backend_pid()`;
      await expect.poll(() => database.query(running, [], within), { timeout: 10_000 }).toEqual([{ count: 0 }]);
    });

    test('a database that is not there is ODOO_DATABASE_UNREACHABLE, a right that is missing ODOO_DATABASE_DENIED', async () => {
      const { lost, denied } = await create();
      const ask = (database: OdooDatabase) => database.query('select * from thing', [], within);
      await expect(ask(lost)).rejects.toMatchObject({ code: 'ODOO_DATABASE_UNREACHABLE' });
      await expect(ask(denied)).rejects.toMatchObject({ code: 'ODOO_DATABASE_DENIED' });
    });
  });
}
