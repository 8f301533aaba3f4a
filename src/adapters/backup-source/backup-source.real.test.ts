import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabDatabase, startLab } from '../../../test/lab/index.ts';
import { createSecret } from '../../core/kernel/index.ts';
import { type AttachmentRow, countedTables } from '../../core/recovery/index.ts';
import { describeBackupSource } from '../../ports/backup-source.contract.ts';
import { createBackupSource, createDumpInspector, createSpool } from './index.ts';

let lab: Lab;
let database: LabDatabase;
let scratch: string;
beforeAll(async () => {
  lab = await startLab();
  database = await lab.createDatabase();
  scratch = await mkdtemp(join(tmpdir(), 'plimsoll-source-'));
});
afterAll(async () => {
  await database.drop();
  await rm(scratch, { recursive: true, force: true });
});

function sourceOf(url = database.url, filestoreDirectory = database.filestoreDirectory, programs?: string) {
  return createBackupSource({ url: createSecret('url', url), filestoreDirectory, programs });
}

describeBackupSource('a real Odoo', async () => {
  const source = sourceOf();
  const spool = createSpool(join(scratch, 'contract'));
  return { source, spool, inspector: createDumpInspector(), close: () => source.close() };
});

async function contentOf(content: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> {
  if (content === undefined) return undefined;
  const hash = createHash('sha1');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}

describe('the filestore of a running Odoo (OBJ-01)', () => {
  test('is listed sorted, and every file proves itself by its name', async () => {
    const source = sourceOf();
    const names: string[] = [];
    for await (const file of source.listFiles()) {
      names.push(file.name);
      expect(await contentOf(await source.readFile(file.name))).toBe(file.name.slice(3));
    }
    expect(names.length).toBeGreaterThan(50);
    expect(names).toEqual(names.toSorted());
    await source.close();
  });

  test('a name that is no name, a link and a directory are never followed', async () => {
    const directory = join(scratch, 'filestore');
    const sha1 = 'ab'.padEnd(40, '0');
    await mkdir(join(directory, 'ab'), { recursive: true });
    await mkdir(join(directory, 'cd', 'cd'.padEnd(40, '1')), { recursive: true });
    await writeFile(join(scratch, 'secret'), 'secret');
    await symlink(join(scratch, 'secret'), join(directory, 'ab', sha1));
    await symlink(join(directory, 'cd'), join(directory, 'ef'));
    await writeFile(join(directory, 'ab', 'stray'), 'x');
    const source = sourceOf(database.url, directory);
    const names: string[] = [];
    for await (const file of source.listFiles()) names.push(file.name);
    expect(names).toEqual([]);
    expect(await source.readFile(`ab/${sha1}`)).toBeUndefined();
    expect(await source.readFile(`cd/${'cd'.padEnd(40, '1')}`)).toBeUndefined();
    expect(await source.readFile(`ef/${'ef'.padEnd(40, '1')}`)).toBeUndefined();
    await expect(source.readFile('../secret')).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    await source.close();
  });

  test('one that is not there is a fault that names it', async () => {
    const source = sourceOf(database.url, join(scratch, 'nowhere'));
    const walk = async (): Promise<void> => {
      for await (const _ of source.listFiles()) throw new Error('there is nothing to list');
    };
    await expect(walk()).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    await source.close();
  });
});

describe('a snapshot (BKP-08)', () => {
  test('holds off the collection of files until its lock is given up, and lets writes go on', async () => {
    const source = sourceOf();
    const other = postgres(database.url, { max: 1, onnotice: () => {} });
    const collect = () =>
      other.begin(async (sql) => {
        await sql`set local lock_timeout = '300ms'`;
        await sql`lock ir_attachment in share mode`;
      });
    const snapshot = await source.openSnapshot();
    await expect(collect()).rejects.toMatchObject({ code: '55P03' });
    await other`update ir_attachment set description = 'written meanwhile' where id = (select min(id) from ir_attachment)`;
    await snapshot.releaseLock();
    await collect();
    await snapshot.close();
    await other.end();
    await source.close();
  });

  test('tells what the database was when it was taken, not what it became', async () => {
    const source = sourceOf();
    const other = postgres(database.url, { max: 1 });
    const snapshot = await source.openSnapshot();
    await snapshot.releaseLock();
    const [later] = await other<{ count: number }[]>`
      with gone as (delete from ir_attachment where res_model = 'ir.ui.view' returning 1) select count(*)::int from gone`;
    await other`insert into ir_attachment (name, type, store_fname) values ('late', 'binary', ${`ff/${'f'.repeat(40)}`})`;
    const facts = await snapshot.describe();
    const [now] = await other<{ rows: number }[]>`select count(*)::int as rows from ir_attachment`;
    const counted = facts.rowCounts.find(({ table }) => table === 'ir_attachment')?.rows ?? 0;
    expect(counted).toBe((now?.rows ?? 0) + (later?.count ?? 0) - 1);
    expect(facts.rowCounts.map(({ table }) => table)).toEqual([...countedTables]);
    expect(facts.source).toMatchObject({
      database: database.name,
      postgresVersion: expect.stringMatching(/^15\.\d+$/),
    });
    expect(facts.source.systemIdentifier).toMatch(/^\d{15,}$/);
    expect(facts.source.databaseUuid).toMatch(/^[0-9a-f-]{36}$/);
    expect(facts.odoo.version).toBe('19.0');
    expect(facts.odoo.modules.map(({ name }) => name)).toContain('stock');
    expect(facts.lastBusinessRowAt?.epochMilliseconds).toBeGreaterThan(Date.parse('2026-01-01T00:00:00Z'));
    expect(snapshot.attachmentFiles).not.toContain(`ff/${'f'.repeat(40)}`);
    expect(snapshot.attachmentFiles).toEqual(snapshot.attachmentFiles.toSorted());
    await other`delete from ir_attachment where name = 'late'`;
    await snapshot.close();
    await other.end();
    await source.close();
  });

  test('whose lock was lost says so: a file may have gone unseen', async () => {
    const source = sourceOf();
    const snapshot = await source.openSnapshot();
    const admin = postgres(await lab.superuserUrl(), { max: 1 });
    await admin`select pg_terminate_backend(pid) from pg_locks join pg_database on pg_database.oid = database
      where mode = 'RowExclusiveLock' and datname = ${database.name} and locktype = 'relation'
        and pid in (select pid from pg_stat_activity where application_name = 'plimsoll backup')`;
    await expect(snapshot.releaseLock()).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
    await snapshot.close();
    await admin.end();
    await source.close();
  });

  test('a database that does not answer, and a role without the right, are faults that say so', async () => {
    const nobody = sourceOf('postgres://odoo:wrong@127.0.0.1:1/none');
    await expect(nobody.openSnapshot()).rejects.toMatchObject({ code: 'ODOO_DATABASE_UNREACHABLE' });
    await nobody.close();
    const admin = postgres(await lab.superuserUrl(database.name), { max: 1, onnotice: () => {} });
    await admin.unsafe(`create role backup_nobody login password 'x'`).catch(() => {});
    const url = new URL(database.url);
    url.username = 'backup_nobody';
    url.password = 'x';
    const denied = sourceOf(url.href);
    await expect(denied.openSnapshot()).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
    await denied.close();
    await admin.unsafe('drop role backup_nobody');
    await admin.end();
  });
});

describe('the dump', () => {
  test('is on the snapshot, complete, and readable by pg_restore', async () => {
    const source = sourceOf();
    const spool = await createSpool(join(scratch, 'spool')).open({ neededBytes: 1 });
    const snapshot = await source.openSnapshot();
    await snapshot.releaseLock();
    const other = postgres(database.url, { max: 1 });
    await other`insert into ir_attachment (name, type, res_model, store_fname)
      values (${'after\tthe "snapshot"'}, 'binary', 'res.partner', ${`ee/${'e'.repeat(40)}`})`;
    let reported = 0;
    const report = (bytes: number): void => {
      reported = bytes;
    };
    const listed: AttachmentRow[] = [];
    for await (const rows of snapshot.attachments()) listed.push(...rows);
    const [wantedFile = ''] = snapshot.attachmentFiles;
    const some: AttachmentRow[] = [];
    for await (const rows of snapshot.attachments({ files: [wantedFile, `ee/${'e'.repeat(40)}`] })) some.push(...rows);
    expect([...new Set(listed.map(({ file }) => file))].sort()).toEqual(snapshot.attachmentFiles);
    expect(some).toEqual(listed.filter(({ file }) => file === wantedFile));
    await source.dump(snapshot, { directory: spool.path, jobs: 2, report });
    const files = await spool.list();
    expect(reported).toBe(files.reduce((sum, { bytes }) => sum + bytes, 0));
    const inspector = createDumpInspector();
    const tables = await inspector.tables(spool.path);
    expect(tables.length).toBeGreaterThan(300);
    expect(tables.every(({ file }) => files.some(({ path }) => path === file))).toBe(true);
    const wanted = new Set([snapshot.attachmentFiles[0] ?? '', `ee/${'e'.repeat(40)}`]);
    const attachments = await inspector.attachments(spool.path, (file) => wanted.has(file));
    expect(attachments).toEqual(some);
    expect(attachments.length).toBeGreaterThan(0);
    expect(new Set(attachments.map(({ file }) => file))).toEqual(new Set([snapshot.attachmentFiles[0]]));
    const [real] = await other<
      { name: string }[]
    >`select name from ir_attachment where id = ${attachments[0]?.id ?? 0}`;
    expect(attachments[0]?.name).toBe(real?.name);
    await snapshot.close();
    await spool.remove();
    await other.end();
    await source.close();
  });

  test('that fails says what the program said, and a cancelled one stops', async () => {
    const programs = join(scratch, 'failing');
    await mkdir(programs);
    for (const name of ['pg_dump', 'pg_restore']) {
      await writeFile(join(programs, name), '#!/bin/sh\necho "could not write: No space left on device" >&2; exit 1\n');
      await chmod(join(programs, name), 0o755);
    }
    const source = sourceOf(database.url, database.filestoreDirectory, programs);
    const snapshot = await source.openSnapshot();
    await snapshot.releaseLock();
    const options = { directory: scratch, jobs: 1, report: () => {} };
    await expect(source.dump(snapshot, options)).rejects.toMatchObject({ code: 'DISK_FULL' });
    await writeFile(join(programs, 'pg_dump'), '#!/bin/sh\nsleep 60\n');
    const dump = source.dump(snapshot, { ...options, signal: AbortSignal.timeout(300) });
    await expect(dump).rejects.toMatchObject({ name: 'TimeoutError' });
    await snapshot.close();
    await source.close();
  });
});

describe('the spool', () => {
  test('sweeps what dead makers left, and nothing that lives', async () => {
    const root = join(scratch, 'sweeping');
    const spool = createSpool(root);
    const alive = await spool.open({ neededBytes: 1 });
    await mkdir(join(root, 'spool-0123456789abcdef'), { recursive: true });
    await writeFile(join(root, 'spool-0123456789abcdef', '1.dat'), 'left');
    await mkdir(join(root, 'not-ours'));
    expect(await spool.sweep()).toBe(1);
    expect((await readdir(root)).sort()).toEqual(['not-ours', alive.path.split('/').at(-1) ?? ''].sort());
    await alive.remove();
    expect(await readdir(root)).toEqual(['not-ours']);
  });

  test('refuses before it begins where the space is not there', async () => {
    const opening = createSpool(join(scratch, 'full')).open({ neededBytes: Number.MAX_SAFE_INTEGER });
    await expect(opening).rejects.toMatchObject({ code: 'DISK_FULL' });
  });
});
