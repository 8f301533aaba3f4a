import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, type LabDatabase, startLab } from '../../../test/lab/index.ts';
import { createBackupSource } from '../../adapters/backup-source/index.ts';
import { createPostgresAdmin } from '../../adapters/odoo-database/postgres-admin.ts';
import { createSecret } from '../../core/kernel/index.ts';
import { createBackupRole, verifyBackupRole } from './connect-backup.ts';

const role = 'plimsoll_"backup"';
const password = "it's \\ secret";
const signal = new AbortController().signal;

let lab: Lab;
let database: LabDatabase;
let admin: postgres.Sql;
let url: string;
let scratch: string;

beforeAll(async () => {
  lab = await startLab();
  database = await lab.createDatabase();
  scratch = await mkdtemp(join(tmpdir(), 'plimsoll-backup-role-'));
  const adminUrl = await lab.superuserUrl(database.name);
  admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const opened = createPostgresAdmin(createSecret('lab', adminUrl));
  // Twice: running it again changes nothing.
  await createBackupRole(opened, { role, password });
  expect(await createBackupRole(opened, { role, password })).toEqual([]);
  await opened.close();
  const own = new URL(adminUrl);
  own.username = role;
  own.password = password;
  url = own.href;
});

afterAll(async () => {
  await admin`drop owned by ${admin(role)}`;
  await admin`drop role ${admin(role)}`;
  await admin.end();
  await database.drop();
  await rm(scratch, { recursive: true, force: true });
});

const sourceOf = () =>
  createBackupSource({ url: createSecret('role', url), filestoreDirectory: database.filestoreDirectory });

test('the role that `connect --backup` makes takes the lock, the snapshot and the whole dump (decision 0070)', async () => {
  const source = sourceOf();
  expect(await verifyBackupRole(source, signal)).toBeUndefined();
  const snapshot = await source.openSnapshot({ signal });
  try {
    const directory = join(scratch, 'dump');
    await mkdir(directory);
    await source.dump(snapshot, { directory, jobs: 2, report: () => {}, signal });
    expect((await readdir(directory)).length).toBeGreaterThan(100);
  } finally {
    await snapshot.close();
    await source.close();
  }
});

test('it changes nothing that is there, and without its one right to write it cannot take the lock', async () => {
  const own = postgres(url, { max: 1 });
  await expect(own`update res_users set login = 'mallory'`).rejects.toThrow('permission denied');
  await expect(own`delete from ir_attachment`).rejects.toThrow('permission denied');
  await own.end();
  await admin`revoke insert on public.ir_attachment from ${admin(role)}`;
  const source = sourceOf();
  expect(await verifyBackupRole(source, signal)).toContain('ir_attachment');
  await source.close();
});
