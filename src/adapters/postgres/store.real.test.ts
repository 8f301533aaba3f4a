import { createTestDatabase } from '../../../test/embedded-store.ts';
import { describeStore } from '../../ports/store.contract.ts';
import { createPostgresStore } from './index.ts';

const database = await createTestDatabase();

describeStore('PostgreSQL', async () => {
  // The ledger refuses to be emptied, so emptying it for the next test is work for the superuser.
  await database.sql`ALTER TABLE plimsoll.ledger DISABLE TRIGGER ledger_is_append_only`;
  await database.sql`TRUNCATE plimsoll.ledger, plimsoll.finding, plimsoll.health, plimsoll.journey_run,
    plimsoll.lifecycle, plimsoll.event`;
  await database.sql`UPDATE plimsoll.ledger_head SET sequence = 0, hash = repeat('0', 64)`;
  await database.sql`ALTER TABLE plimsoll.ledger ENABLE ALWAYS TRIGGER ledger_is_append_only`;
  return createPostgresStore(database.sql);
});
