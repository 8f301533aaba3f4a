import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type postgres from 'postgres';

/** 256 bits of chance as URL-safe text. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The key that sessions are signed with: the one that was given, or one that the database keeps for all controllers. */
export async function signingKey(pool: postgres.Sql, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  await pool`INSERT INTO plimsoll.secret_key (value) VALUES (${randomToken()}) ON CONFLICT DO NOTHING`;
  const [row] = await pool<{ value: string }[]>`SELECT value FROM plimsoll.secret_key`;
  if (row === undefined) throw new Error('plimsoll.secret_key has lost its row');
  return row.value;
}

/** Writes a file that only we can read, whole or not at all. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const partial = `${file}.partial-${process.pid}`;
  await writeFile(partial, text, { mode: 0o600 });
  await chmod(partial, 0o600);
  await rename(partial, file);
}

const operatorFile = 'operator-token';

/** The local operator's token: whoever can read the state directory operates this Plimsoll. Made once. */
export async function operatorToken(stateDirectory: string): Promise<string> {
  const known = await readOperatorToken(stateDirectory);
  if (known !== undefined) return known;
  const token = `plimsoll_local_${randomToken()}`;
  await writePrivateFile(join(stateDirectory, operatorFile), `${token}\n`);
  return token;
}

/** The token as a command on the same machine reads it; `undefined` where there is none or we may not read it. */
export async function readOperatorToken(stateDirectory: string): Promise<string | undefined> {
  const text = await readFile(join(stateDirectory, operatorFile), 'utf8').catch(() => undefined);
  return text?.trim() || undefined;
}
