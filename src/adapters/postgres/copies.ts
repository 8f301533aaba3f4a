import { z } from 'zod';
import { Fault } from '../../core/kernel/index.ts';
import type { EnvironmentCopy } from '../../core/recovery/index.ts';
import type { CopyStore } from '../../ports/copy-store.ts';
import type { Sql } from './connect.ts';

const instant = z.instanceof(Temporal.Instant);
const count = z.number().int();

const copyRow = z
  .object({
    id: z.string(),
    name: z.string(),
    source: z.string(),
    purpose: z.enum(['restore', 'clone']),
    stage: z.enum(['development', 'staging', 'uat', 'production', 'training', 'reporting', 'recovery-test']),
    state: z.enum(['requested', 'provisioned', 'active', 'suspended', 'retired']),
    database: z.string(),
    workers: z.object({ web: count, gevent: count, cron: count }),
    ports: z.object({ postgres: count, web: count, gevent: count }),
    backup: z.string(),
    reaches_at: instant,
    is_live: z.boolean(),
    is_anonymised: z.boolean(),
    is_reduced: z.boolean(),
    created_at: instant,
    changed_at: instant,
    expires_at: instant.nullable(),
  })
  .transform(({ reaches_at, is_live, is_anonymised, is_reduced, created_at, changed_at, expires_at, ...rest }) => {
    const copy: EnvironmentCopy = {
      ...rest,
      reachesAt: reaches_at,
      isLive: is_live,
      isAnonymised: is_anonymised,
      isReduced: is_reduced,
      createdAt: created_at,
      changedAt: changed_at,
      expiresAt: expires_at,
    };
    return copy;
  });

/** Copies of environments in PostgreSQL. */
export function createCopies(sql: Sql): CopyStore {
  return {
    async create(copy) {
      const made = await sql`
        INSERT INTO plimsoll.environment_copy (id, name, source, purpose, stage, state, database, workers, ports, backup,
          reaches_at, is_live, is_anonymised, is_reduced, created_at, changed_at, expires_at)
        VALUES (${copy.id}, ${copy.name}, ${copy.source}, ${copy.purpose}, ${copy.stage}, ${copy.state}, ${copy.database},
          ${sql.json(copy.workers)}, ${sql.json({ ...copy.ports })}, ${copy.backup}, ${copy.reachesAt}, ${copy.isLive},
          ${copy.isAnonymised}, ${copy.isReduced}, ${copy.createdAt}, ${copy.changedAt}, ${copy.expiresAt})
        ON CONFLICT (name) WHERE state <> 'retired' DO NOTHING RETURNING id`;
      if (made.length === 0) throw new Fault('COPY_EXISTS', `There is a copy ${copy.name} already.`);
    },
    async setState(id, state, at) {
      await sql`UPDATE plimsoll.environment_copy SET state = ${state}, changed_at = ${at} WHERE id = ${id}`;
    },
    async find(name) {
      const [row] = await sql`
        SELECT * FROM plimsoll.environment_copy WHERE name = ${name} AND state <> 'retired'`;
      return row === undefined ? undefined : copyRow.parse(row);
    },
    async list({ includeRetired, limit }) {
      const rows = await sql`
        SELECT * FROM plimsoll.environment_copy
        WHERE ${includeRetired ? sql`true` : sql`state <> 'retired'`}
        ORDER BY created_at DESC, id LIMIT ${limit}`;
      return rows.map((row) => copyRow.parse(row));
    },
  };
}
