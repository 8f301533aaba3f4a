import { createHash } from 'node:crypto';
import type postgres from 'postgres';

/** Longer than any code is valid: 30 seconds, and the one before and after it for clocks that differ. */
const rememberedSeconds = 300;

/**
 * Claims a code of a person's authenticator app, on all controllers at once: `false` where it was used before, so that
 * whoever looked over a shoulder cannot use it again while it is still valid.
 */
export function createCodeClaims(pool: postgres.Sql, now: () => Temporal.Instant) {
  return async (userId: string, code: string): Promise<boolean> => {
    const at = now().toString();
    const forgotten = now().subtract({ seconds: rememberedSeconds }).toString();
    const hash = createHash('sha256').update(`${userId} ${code}`).digest('hex');
    await pool`DELETE FROM plimsoll.used_code WHERE used_at < ${forgotten}::timestamptz`;
    const claimed = await pool`
      INSERT INTO plimsoll.used_code (user_id, code_hash, used_at) VALUES (${userId}, ${hash}, ${at}::timestamptz)
      ON CONFLICT DO NOTHING RETURNING 1`;
    return claimed.length === 1;
  };
}
