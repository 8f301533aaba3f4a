import { createTestDatabase } from '../../../test/embedded-store.ts';
import { describeCoordination } from '../../ports/coordination.contract.ts';
import { describeStore } from '../../ports/store.contract.ts';
import { createCoordination, createPostgresStore } from './index.ts';

const database = await createTestDatabase();

describeStore('PostgreSQL', async () => {
  // The ledger refuses to be emptied, so emptying it for the next test is work for the superuser.
  await database.sql`ALTER TABLE plimsoll.ledger DISABLE TRIGGER ledger_is_append_only`;
  await database.sql`TRUNCATE plimsoll.ledger, plimsoll.finding, plimsoll.health, plimsoll.journey_run, plimsoll.drill, plimsoll.environment_copy,
    plimsoll.objective, plimsoll.objective_judged,
    plimsoll.objective_point, plimsoll.objective_counter, plimsoll.lifecycle, plimsoll.backup_run, plimsoll.backup_check,
    plimsoll.repository_size, plimsoll.recovery_task, plimsoll.event, plimsoll.api_token, plimsoll.sign_in_link`;
  await database.sql`UPDATE plimsoll.ledger_head SET sequence = 0, hash = repeat('0', 64)`;
  await database.sql`ALTER TABLE plimsoll.ledger ENABLE ALWAYS TRIGGER ledger_is_append_only`;
  return createPostgresStore(database.sql);
});

describeCoordination('PostgreSQL', async () => {
  await database.sql`TRUNCATE plimsoll.lease, plimsoll.slot`;
  return createCoordination(database.sql);
});
