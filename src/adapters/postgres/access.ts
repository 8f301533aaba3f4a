import { z } from 'zod';
import { type Role, roles } from '../../core/access/index.ts';
import { storable } from '../../core/kernel/index.ts';
import type { ApiToken, SignInLinkStore, TokenStore } from '../../ports/access-store.ts';
import type { Sql } from './connect.ts';

const instant = z.instanceof(Temporal.Instant);

const role = z.enum(Object.keys(roles) as [Role, ...Role[]]);

const tokenRow = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    role,
    created_at: instant,
    expires_at: instant.nullable(),
    last_used_at: instant.nullable(),
    revoked_at: instant.nullable(),
  })
  .transform(({ created_at, expires_at, last_used_at, revoked_at, ...rest }): ApiToken => {
    return { ...rest, createdAt: created_at, expiresAt: expires_at, lastUsedAt: last_used_at, revokedAt: revoked_at };
  });

/** API tokens; the secret is known here by its hash only. */
export function createTokens(sql: Sql): TokenStore {
  return {
    async create(token, secretHash) {
      await sql`
        INSERT INTO plimsoll.api_token (id, name, prefix, secret_hash, role, created_at, expires_at)
        VALUES (${token.id}, ${storable(token.name)}, ${token.prefix}, ${secretHash}, ${token.role}, ${token.createdAt},
                ${token.expiresAt})`;
    },
    async list() {
      const rows = await sql`SELECT * FROM plimsoll.api_token ORDER BY created_at DESC, id`;
      return rows.map((row) => tokenRow.parse(row));
    },
    async findByHash(secretHash) {
      const [row] = await sql`SELECT * FROM plimsoll.api_token WHERE secret_hash = ${secretHash}`;
      return row === undefined ? undefined : tokenRow.parse(row);
    },
    async touch(id, at) {
      await sql`
        UPDATE plimsoll.api_token SET last_used_at = ${at}
        WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at < ${at.subtract({ minutes: 1 })})`;
    },
    async revoke(id, at) {
      const [row] = await sql`
        UPDATE plimsoll.api_token SET revoked_at = coalesce(revoked_at, ${at}::timestamptz)
        WHERE id::text = ${id} RETURNING *`;
      return row === undefined ? undefined : tokenRow.parse(row);
    },
  };
}

/** First links are used one after the other: whoever waited sees that another one was used meanwhile. */
export async function lockFirstLinks(sql: Sql): Promise<void> {
  await sql`SELECT 1 FROM plimsoll.sign_in_link WHERE is_first ORDER BY token_hash FOR UPDATE`;
}

/** One-time sign-in links inside one transaction. `lock` is an argument so that a test can show what happens without it. */
export function createSignInLinks(sql: Sql, lock: (sql: Sql) => Promise<void> = lockFirstLinks): SignInLinkStore {
  return {
    async issue(link) {
      await sql`
        INSERT INTO plimsoll.sign_in_link (token_hash, role, is_first, created_at, expires_at)
        VALUES (${link.tokenHash}, ${link.role}, ${link.isFirst}, ${link.createdAt}, ${link.expiresAt})`;
    },
    async consume(tokenHash, at) {
      await lock(sql);
      const [row] = await sql<{ role: string }[]>`
        UPDATE plimsoll.sign_in_link AS link SET used_at = ${at}
        WHERE token_hash = ${tokenHash} AND used_at IS NULL AND expires_at > ${at}
          AND NOT (is_first AND EXISTS (
            SELECT 1 FROM plimsoll.sign_in_link AS other WHERE other.is_first AND other.used_at >= link.created_at))
        RETURNING role`;
      return row === undefined ? undefined : role.parse(row.role);
    },
    async restore(tokenHash) {
      await sql`UPDATE plimsoll.sign_in_link SET used_at = NULL WHERE token_hash = ${tokenHash}`;
    },
    async withdraw(at) {
      const rows = await sql<{ counted: boolean }[]>`
        DELETE FROM plimsoll.sign_in_link WHERE used_at IS NULL RETURNING expires_at > ${at} AS counted`;
      return rows.filter(({ counted }) => counted).length;
    },
  };
}
