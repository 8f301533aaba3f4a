import postgres from 'postgres';
import { eventually } from '../serve.ts';
import { heldTable } from './survival-parts.ts';

/** Holds a table, so that a `pg_dump` which wants it waits in the middle of its work. */
export async function holdDump(url: string, name: string) {
  let isLost = false;
  const onclose = (): void => {
    isLost = true;
  };
  const sql = postgres(url, { max: 1, onnotice: () => {}, onclose });
  const watching = postgres(url, { max: 1, onnotice: () => {} });
  const holder = await sql.reserve();
  isLost = false;
  await holder`begin`;
  await holder`lock ${sql(heldTable)} in access exclusive mode`;
  const dumpers = () => watching<{ waits: boolean }[]>`
    select wait_event_type = 'Lock' as waits from pg_stat_activity
    where datname = ${name} and application_name = 'plimsoll backup' and query like 'LOCK TABLE%'`;
  return {
    untilWaiting: () => eventually(60, async () => ((await dumpers()).some(({ waits }) => waits) ? true : undefined)),
    /** A server's process that waits for a lock learns that its client is gone when it has the lock. */
    end: async (): Promise<void> => {
      // The test may have taken the database away meanwhile: then there is nobody left to tell.
      if (!isLost) {
        await holder`rollback`;
        holder.release();
      }
      await eventually(30, async () => ((await dumpers().catch(() => [])).length === 0 ? true : undefined));
      await sql.end({ timeout: 1 });
      await watching.end({ timeout: 1 });
    },
  };
}
