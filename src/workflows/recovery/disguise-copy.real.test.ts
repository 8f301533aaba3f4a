import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DrillGround, openDrillGround } from '../../../test/recovery/drill-ground.ts';
import { dumpLabDatabase } from '../../../test/recovery/lab-dump.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';
import { anonymiseCopy, reduceCopy, requireAnonymised } from './disguise-copy.ts';

let ground: DrillGround;
let place: RestorePlace;

const quiet = { report: () => {} };
const bart = 'Bart van Straten';
const address = 'bart@straten-transport.example';
/** What the rules declare personal or a credential, besides names and addresses: nobody looks for these afterwards but this test. */
const planted = {
  phone: '+31 10 555 0101',
  account: 'NL91ABNA0417164300',
  street: 'Stratenkade 99',
  password: 'hash-of-a-password',
  apiKey: 'hash-of-an-api-key',
  mailPassword: 'hidden-of-smtp',
  parameter: 'key-of-a-carrier',
  message: 'Straten rang about parcel 4711',
  file: 'passport of Straten',
  reference: 'for Straten himself',
  batch: 'the wave of Straten',
} as const;

/** A copy of the lab's database with somebody in it, and with a module of the customer's own. */
beforeAll(async () => {
  ground = await openDrillGround();
  place = await ground.deps.places.create({ needsBytes: 1 });
  const dump = await dumpLabDatabase(ground.database);
  for (const [path, content] of dump.files) await place.writeDumpFile(path, content());
  await dump.remove();
  await place.restoreDatabase({ jobs: 2, ...quiet });
  const text = (sql: string, ...values: readonly string[]) => ({ sql, values });
  await place.change([
    text(
      'update res_partner set name = $1, complete_name = $1, email = $2, phone = $3 where id = (select max(id) from res_partner)',
      bart,
      `"${bart}" <${address}>`,
      planted.phone,
    ),
    text('update res_partner set street = $1 where id = (select max(id) from res_partner)', planted.street),
    text(
      'insert into res_partner_bank (acc_number, sanitized_acc_number, partner_id) select $1, $1, max(id) from res_partner',
      planted.account,
    ),
    text("update res_users set password = $1 where login = 'admin'", planted.password),
    text(
      "insert into res_users_apikeys (name, user_id, scope, index, key) select 'a key', min(id), 'rpc', 'abcdefgh', $1 from res_users",
      planted.apiKey,
    ),
    text(
      `insert into ir_mail_server (name, smtp_host, smtp_encryption, smtp_authentication, smtp_user, smtp_pass, active)
        values ('out', 'smtp.example', 'none', 'login', 'us', $1, false)`,
      planted.mailPassword,
    ),
    text("insert into ir_config_parameter (key, value) values ('carrier.api_key', $1)", planted.parameter),
    text(
      "insert into mail_message (message_type, model, res_id, body) select 'comment', 'res.partner', max(id), $1 from res_partner",
      planted.message,
    ),
    text(
      "insert into ir_attachment (name, type, res_model, res_id, index_content) select 'scan', 'binary', 'res.partner', max(id), $1 from res_partner",
      planted.file,
    ),
    text('update sale_order set client_order_ref = $1', planted.reference),
    text('update stock_picking_batch set description = $1', planted.batch),
    text("update res_partner set ref = 'is there' where id = (select max(id) from res_partner)"),
    text(
      'update mail_message set body = $1, email_from = $2 where id = (select min(id) from mail_message)',
      `<p>Call ${bart}</p>`,
      address.toUpperCase(),
    ),
    text('create table x_driver (id serial primary key, x_name text, x_email text, x_note text, "user" text)'),
    text('alter table x_driver owner to odoo'),
    text(
      'insert into x_driver (x_name, x_email, x_note) values ($1, $2, $3)',
      bart,
      address,
      `mail him: ${address}, after six`,
    ),
  ]);
}, 1_500_000);

afterAll(async () => {
  await place?.remove();
  await ground?.expectNothingLeft();
  await ground?.close();
}, 60_000);

/** Which of the planted are in the files of the copy: its tables, its log, whatever else lies there. */
async function inFiles(): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const entry of await readdir(ground.root, { recursive: true, withFileTypes: true })) {
    // The dump that it was made of is not handed out.
    if (!entry.isFile() || !entry.parentPath.includes('postgres')) continue;
    const content = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
    for (const [what, text] of Object.entries(planted)) if (content.includes(text)) found.add(what);
  }
  return [...found].sort();
}

/** Which of the planted some row of some table shows. */
async function inTables(): Promise<readonly string[]> {
  const tables = await ask(
    "select table_name::text as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  const found = new Set<string>();
  const any = Object.values(planted).map((text) => text.replaceAll(/[^A-Za-z0-9 -]/g, '.'));
  for (const { name } of tables) {
    const rows = await ask(`select t::text as line from "${name}" t where t::text ~ '${any.join('|')}'`);
    for (const { line } of rows) {
      for (const [what, text] of Object.entries(planted)) if (String(line).includes(text)) found.add(what);
    }
  }
  return [...found].sort();
}

const ask = (sql: string) => place.database.query(sql, [], { timeoutSeconds: 30 });

test('an address in a column that nobody declared is found and named: without that the copy would be handed out', {
  timeout: 400_000,
}, async () => {
  const before = await ask('select count(*)::int as partners from res_partner');
  const everything = Object.keys(planted).sort();
  expect(await inTables()).toEqual(everything);
  const rules = [
    { table: 'x_driver', column: 'x_name', as: 'name' },
    { table: 'x_driver', column: 'x_email', as: 'email' },
  ] as const;
  // Without the rewriting: rows are disguised, and the files still have them.
  const unwritten = { ...place, compact: async () => {} };
  const check = await anonymiseCopy(unwritten, { rules, key: 'a key of the test' }, quiet);
  expect(check).toMatchObject({ outcome: 'failed', evidence: ['x_driver.x_note (1 row)'] });
  expect(() => requireAnonymised(check)).toThrow('x_driver.x_note');

  // Everything else is disguised, alike in every table.
  const [driver] = await ask('select x_name, x_email from x_driver');
  const partner = `select name, complete_name, email, phone from res_partner where name = '${driver?.['x_name']}'`;
  expect(await ask(partner)).toEqual([
    {
      name: driver?.['x_name'],
      complete_name: driver?.['x_name'],
      email: driver?.['x_email'],
      phone: expect.stringMatching(/^\+000\d{8}$/),
    },
  ]);
  expect(await ask(`select body from mail_message where email_from = '${driver?.['x_email']}'`)).toEqual([
    { body: '<p>Anonymised.</p>' },
  ]);
  expect(await ask('select count(*)::int as partners from res_partner')).toEqual(before);
  expect(
    await ask('select count(*)::int as n from res_users where totp_secret is not null or password is not null'),
  ).toEqual([{ n: 0 }]);
  expect(await ask('select count(*)::int as n from res_users_apikeys')).toEqual([{ n: 0 }]);
  expect(await inTables()).toEqual([]);
  await expect.poll(inFiles, { timeout: 60_000 }).toEqual(everything);
  // With it neither old rows, nor the planner's samples, nor the log.
  await place.compact();
  expect(await inFiles()).toEqual([]);
  expect(await ask("select to_regclass('plimsoll_original')::text as left_over")).toEqual([{ left_over: null }]);
  // The company whose copy it is stays who it is, and Odoo's own people too.
  expect(await ask("select login from res_users where login in ('admin', 'public') order by 1")).toHaveLength(2);
});

test('old messages, files and logs are left out, goods keep theirs, and a serving Odoo is what comes of it', {
  timeout: 300_000,
}, async () => {
  await place.change([
    { sql: "update mail_message set create_date = now() - interval '100 days' where id % 2 = 0", values: [] },
    {
      sql: `insert into ir_attachment (name, type, res_model, create_date) values ('old scan', 'binary', 'res.partner', now() - interval '400 days'),
        ('new scan', 'binary', 'res.partner', now()), ('old picture', 'binary', 'product.template', now() - interval '400 days')`,
      values: [],
    },
    {
      sql: `insert into ir_logging (create_date, name, type, level, message, path, func, line) values
        (now() - interval '40 days', 'old', 'server', 'INFO', 'm', 'p', 'f', '1'), (now(), 'new', 'server', 'INFO', 'm', 'p', 'f', '1')`,
      values: [],
    },
  ]);
  const [count] = await ask('select count(*)::int as n from mail_message');
  const [mail, attachments, logs] = [90 * 86_400, 365 * 86_400, 30 * 86_400];
  const how = { reduction: { mail, attachments, logs }, now: Temporal.Now.instant(), isRewrittenLater: true };
  await reduceCopy(place, how, quiet);
  const [after] = await ask('select count(*)::int as n from mail_message');
  expect(Number(after?.['n'])).toBeLessThan(Number(count?.['n']));
  expect(Number(after?.['n'])).toBeGreaterThan(0);
  const kept = await ask(
    "select name from ir_attachment where name in ('old scan', 'new scan', 'old picture') order by 1",
  );
  expect(kept.map(({ name }) => name)).toEqual(['new scan', 'old picture']);
  expect(await ask('select name from ir_logging')).toEqual([{ name: 'new' }]);
  await place.neutralise();
  const served = await place.boot({ withinSeconds: 200 });
  expect((await fetch(`${served.url}/web/health`)).status).toBe(200);
  await served.stop();
});
