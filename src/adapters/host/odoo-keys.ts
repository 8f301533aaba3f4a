import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { createSecret, Fault, type Secret } from '../../core/kernel/index.ts';
import type { Sql } from './cluster.ts';

/** Odoo keeps keys, which are long and random, with few rounds; and passwords with many. */
const rounds = { key: 6_000, password: 600_000 } as const;

/** As passlib writes PBKDF2-SHA512, which Odoo keeps keys and passwords by. */
export function hashedFor(purpose: keyof typeof rounds, text: string): string {
  const salt = randomBytes(16);
  const encode = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '').replaceAll('+', '.');
  const hash = pbkdf2Sync(text, salt, rounds[purpose], 64, 'sha512');
  return `$pbkdf2-sha512$${rounds[purpose]}$${encode(salt)}$${encode(hash)}`;
}

/** An active administrator of a restored Odoo: `admin` where there is one. Throws RESTORE_FAILED where there is none. */
export async function administratorOf(sql: Sql): Promise<{ readonly id: number; readonly login: string }> {
  const [user] = await sql<{ id: number; login: string }[]>`
    select u.id, u.login from res_users u
    left join ir_model_data known on known.model = 'res.users' and known.module = 'base' and known.res_id = u.id
    where u.active and u.id in (select member.uid from res_groups_users_rel member
      join ir_model_data role on role.model = 'res.groups' and role.module = 'base' and role.name = 'group_system'
      and role.res_id = member.gid)
    order by (known.name is not distinct from 'user_admin') desc, (known.name is not distinct from 'user_root'), u.id
    limit 1`;
  if (user !== undefined) return user;
  throw new Fault('RESTORE_FAILED', 'The restored Odoo has no active administrator.');
}

const writeKey = (sql: Sql, user: number, key: string): Promise<unknown> => sql`
  insert into res_users_apikeys (name, user_id, scope, index, key)
  values ('Plimsoll, in a restored copy', ${user}, 'rpc', ${key.slice(0, 8)}, ${hashedFor('key', key)})`;

/** A key for an administrator of a copy: the keys of the source may be newer than the backup, or lost. */
export async function issueKey(sql: Sql): Promise<{ readonly login: string; readonly apiKey: Secret }> {
  const { id, login } = await administratorOf(sql);
  const key = randomBytes(20).toString('hex');
  await writeKey(sql, id, key);
  return { login, apiKey: createSecret('key of a restored copy', key) };
}

/** Gives a user a password that nobody else knows, and answers it. */
export async function issuePassword(sql: Sql, user: number): Promise<string> {
  const password = randomBytes(12).toString('base64url');
  await sql`update res_users set password = ${hashedFor('password', password)} where id = ${user}`;
  return password;
}

/** Makes a key that the estate already refers to work again, where the restored database is older than it. */
export async function ensureKey(sql: Sql, login: string, key: string): Promise<void> {
  const [user] = await sql<{ id: number }[]>`select id from res_users where login = ${login} and active`;
  if (user === undefined) return;
  const [known] = await sql`
    select 1 from res_users_apikeys where user_id = ${user.id} and index = ${key.slice(0, 8)}`;
  if (known === undefined) await writeKey(sql, user.id, key);
}
