import { randomBytes } from 'node:crypto';
import { access, chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../embedded-store.ts';
import { type Lab, type LabDatabase, startLab } from '../lab/index.ts';
import { openLabEstate } from './lab-estate.ts';

// Names from outside that would run something, or end a word, wherever they were spliced into a shell or into SQL.

const control = await createTestDatabase({ isEmpty: true });
const mark = randomBytes(3).toString('hex');
/** Whatever runs a name as a command makes this file, wherever it is run. */
const canary = `/tmp/${mark}`;
/** As long as PostgreSQL lets a name be. libpq itself takes a name with `=` in it for a whole connection string. */
const hostile = `w "d"=; $(touch ${canary})' --\n%I ü`;
const directoryName = `o'd "d" $(touch ${canary})\n-rf ; %p ü`;
let lab: Lab;
let source: LabDatabase;
let work: string;
let estate: Awaited<ReturnType<typeof openLabEstate>>;

async function asSuperuser(text: string): Promise<void> {
  const sql = postgres(await lab.superuserUrl(), { max: 1, onnotice: () => undefined });
  await sql.unsafe(text).finally(() => sql.end());
}

const quotedName = `"${hostile.replaceAll('"', '""')}"`;

/** A directory of add-ons: as hostile as Odoo can be told one, which takes no comma and no line break. */
const addonsName = `-rf 'a "d" $(touch ${canary}) ; %p #x ü`;

/** A module in it, and names beside it that end a word, or are no text at all. */
async function layAddons(): Promise<string> {
  const addons = join(work, addonsName);
  const inside = join(addons, 'palmetto_rf');
  await mkdir(inside, { recursive: true });
  await writeFile(join(inside, '__manifest__.py'), "{'name': 'RF', 'version': '19.0.1.2', 'installable': False}\n");
  await writeFile(join(inside, '__init__.py'), '');
  for (const name of [`$(touch ${mark})`, '-rf', 'new\nline', `"it's"`]) await mkdir(join(addons, name));
  for (const name of [`$(touch ${mark}).py`, '--help', 'new\nline', "it's"]) await writeFile(join(inside, name), 'x');
  await writeFile(Buffer.concat([Buffer.from(`${inside}/caf`), Buffer.from([0xe9])]), 'in Latin-1');
  return addons;
}

/** The lab's filestore under a directory, and in it files that Odoo never wrote. */
async function layFilestore(): Promise<string> {
  const filestore = join(work, directoryName, 'filestore');
  await cp(source.filestoreDirectory, filestore, { recursive: true });
  await mkdir(join(filestore, 'ab'), { recursive: true });
  for (const name of [`ab/$(touch ${mark})`, 'ab/-rf', 'ab/new\nline', "ab/it's"]) {
    await writeFile(join(filestore, name), 'of nobody');
  }
  return filestore;
}

beforeAll(async () => {
  lab = await startLab();
  source = await lab.createDatabase();
  work = await mkdtemp(join(tmpdir(), 'plimsoll-hostile-'));
  await chmod(work, 0o755);
  await asSuperuser(`create database ${quotedName} owner odoo template "${source.name}"`);
  const url = new URL(source.url);
  url.pathname = `/${encodeURIComponent(hostile)}`;
  estate = await openLabEstate({
    work,
    databaseUrl: url.href,
    declaredName: 'acme',
    filestoreDirectory: await layFilestore(),
    vaultDirectory: join(work, directoryName, 'vault'),
    estateDirectory: join(directoryName, 'estate'),
    storeUrl: control.url,
    addons: [await layAddons()],
    backup:
      'objectives: { rpo: 1d }\nbackup: { method: logical, every: 1d, repository: vault, copies: [north], retain: { daily: 1 } }',
    more: `---
kind: Repository
name: far
region: north
directory: ${JSON.stringify(join(work, directoryName, 'far'))}
sealedTo: ["file:state/keys/recipients"]
identity: "file:state/keys/identity"
signingKey: "file:state/keys/signing-key"
`,
  });
}, 900_000);

afterAll(async () => {
  await asSuperuser(`drop database if exists ${quotedName} with (force)`);
  await source?.drop();
  await rm(work, { recursive: true, force: true });
}, 120_000);

/** Nothing was run: neither where it was meant to be, nor beside the programs, nor beside the files. */
async function expectNothingRun(): Promise<void> {
  const isThere = await access(canary).then(
    () => true,
    () => false,
  );
  expect(isThere).toBe(false);
  for (const directory of [process.cwd(), work, '/']) expect(await readdir(directory)).not.toContain(mark);
}

test('a database, directories and files of such names go through every verb, and nothing is run', {
  timeout: 600_000,
}, async () => {
  const must = async (...args: readonly string[]) => {
    const done = await estate.run([...args, '--json']);
    expect(done.code, `${args.join(' ')}: ${done.all}`).toBe(0);
    return JSON.parse(done.out) as Record<string, unknown>;
  };
  await must('backup', 'keys', 'create', '--repository', 'vault');
  await must('backup', 'run', 'acme');
  const { backups } = (await must('backup', 'list', 'acme')) as { backups: { id: string }[] };
  const published = join(work, directoryName, 'vault', 'backups', 'acme', backups[0]?.id ?? '', 'manifest.json');
  const { manifest } = JSON.parse(await readFile(published, 'utf8')) as { manifest: { addons: unknown } };
  // Known by its whole content, whatever the names in it.
  expect(manifest.addons).toMatchObject([
    {
      directory: join(work, addonsName),
      modules: [{ name: 'palmetto_rf', version: '19.0.1.2' }],
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      problem: null,
    },
  ]);
  expect(await must('backup', 'verify', 'acme')).toMatchObject({ isIntact: true });
  await must('backup', 'copy', 'acme');
  expect(await must('backup', 'verify', 'acme', '--copy', 'far')).toMatchObject({ isIntact: true });
  await must('backup', 'prune', 'acme', '--yes');
  const outside = join(work, directoryName, 'taken out');
  await must('restore', 'acme', '--to-directory', outside);
  const drill = await estate.run(['drill', 'run', 'acme', '--json', '--wait', '20m']);
  // It came back and served; only the name is not the declared one, and that is what is said.
  expect(JSON.parse(drill.out), drill.all).toMatchObject({
    verdict: 'not-recoverable',
    reasons: [expect.stringContaining('the estate declares acme')],
    rtoAchievedSeconds: expect.any(Number),
  });
  await must('clone', 'acme', '--to', 'acme-hostile', '--expires', '2h');
  const removed = await estate.bare(['clone', 'remove', 'acme-hostile', '--yes', 'acme-hostile']);
  expect(removed.code, removed.all).toBe(0);
  await expectNothingRun();
});

test('where a name becomes part of a path or an address, the estate refuses it and says so', async () => {
  const bad = join(work, 'bad');
  await mkdir(bad);
  const quoted = JSON.stringify(hostile);
  await writeFile(
    join(bad, 'estate.yaml'),
    `kind: Estate
name: dock
---
kind: Repository
name: vault
s3: { bucket: ${quoted}, prefix: ${quoted}, accessKey: "env:A", secretKey: "env:B" }
---
kind: Repository
name: climbing
directory: "/srv/../etc"
---
kind: Environment
name: ${quoted}
stage: production
platform: host
odoo: { version: "19.0", database: ${quoted}, modules: [${quoted}], addons: [{ directory: ${JSON.stringify(`/srv/${directoryName}`)} }, { directory: "/srv/a,b" }] }
`,
  );
  const { code, out } = await estate.bare(['check', bad, '--json']);
  expect(code).not.toBe(0);
  const { diagnostics } = JSON.parse(out) as { diagnostics: { severity: string; message: string }[] };
  const refusals = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  for (const where of ['s3.bucket', 's3.prefix', 'odoo.database', 'odoo.modules.0', 'name', 'directory']) {
    expect(refusals).toContainEqual(expect.stringMatching(new RegExp(`^\`${where}\`.* (cannot be|is not a) `)));
  }
  for (const at of [0, 1]) expect(refusals).toContainEqual(expect.stringContaining(`odoo.addons.${at}.directory`));
  for (const target of [hostile, '../climbing', '-rf']) {
    const refused = await estate.run(['restore', 'acme', `--to=${target}`, '--json']);
    expect(refused.code, refused.all).not.toBe(0);
    expect(refused.out).toMatch(/NAME_INVALID|COPY_NAME/);
  }
  await expectNothingRun();
});
