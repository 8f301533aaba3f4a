import { latestPlausible } from '../../core/kernel/index.ts';
import type { Coordination } from '../../ports/coordination.ts';
import type { Sql } from './connect.ts';

/** Coordination through two small tables: each answer is one atomic statement. */
export function createCoordination(sql: Sql): Coordination {
  return {
    async beginSlot(work, slot, holder, at) {
      const rows = await sql`
        INSERT INTO plimsoll.slot AS slot (work, slot, begun_at, holder) VALUES (${work}, ${slot}, ${at}, ${holder})
        ON CONFLICT (work) DO UPDATE SET slot = excluded.slot, begun_at = excluded.begun_at, holder = excluded.holder
        WHERE slot.slot < excluded.slot OR slot.begun_at > ${latestPlausible(at)} RETURNING 1`;
      return rows.length === 1;
    },
    async takeLease(name, holder, at, expiresAt) {
      const rows = await sql`
        INSERT INTO plimsoll.lease AS lease (name, holder, expires_at) VALUES (${name}, ${holder}, ${expiresAt})
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
        WHERE lease.holder = excluded.holder OR lease.expires_at <= ${at}
          OR lease.expires_at > ${latestPlausible(at)} RETURNING 1`;
      return rows.length === 1;
    },
    async liveLeases(prefix, at) {
      const rows = await sql<{ name: string; holder: string }[]>`
        SELECT name, holder FROM plimsoll.lease WHERE starts_with(name, ${prefix}) AND expires_at > ${at}
          AND expires_at <= ${latestPlausible(at)} ORDER BY name`;
      return rows.map(({ name, holder }) => ({ name, holder }));
    },
    async releaseLease(name, holder) {
      await sql`DELETE FROM plimsoll.lease WHERE name = ${name} AND holder = ${holder}`;
    },
    async releaseLeases(holder) {
      await sql`DELETE FROM plimsoll.lease WHERE holder = ${holder}`;
    },
  };
}
