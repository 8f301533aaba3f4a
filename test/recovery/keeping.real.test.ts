import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { createDirectoryObjectStore } from '../../src/adapters/object-store/directory-object-store.ts';
import { createBackupRepository } from '../../src/adapters/repository/backup-repository.ts';
import { createSecret } from '../../src/core/kernel/index.ts';
import { exampleManifest } from '../../src/ports/backup-manifest.fixture.ts';
import { runCli } from '../cli/run-cli.ts';
import { createTestDatabase } from '../embedded-store.ts';
import { startObjectServer } from '../lab/s3.ts';

// The keeping of backups as somebody at a command line does it: a directory, copies in an S3 service, keys in files.

const work = await mkdtemp(join(tmpdir(), 'plimsoll-keeping-'));
const state = join(work, 'state');
const database = await createTestDatabase({ isEmpty: true });
const server = await startObjectServer();
afterAll(async () => {
  await server.stop();
  await rm(work, { recursive: true, force: true });
});

const credentials = { accessKeyId: 'writer', secretAccessKey: 'writer-secret' };
const client = new S3Client({ region: 'us-east-1', endpoint: server.url, forcePathStyle: true, credentials });
await client.send(new CreateBucketCommand({ Bucket: 'copies' }));
client.destroy();

const keys = `sealedTo: ["file:state/keys/recipients"]
identity: "file:state/keys/identity"
signingKey: "file:state/keys/signing-key"
trustedSigners: ["file:state/keys/signers"]
`;
await writeFile(
  join(work, 'estate.yaml'),
  `kind: Estate
name: lab
regions: [{ name: west, jurisdiction: EU }, { name: north, jurisdiction: EU }, { name: over, jurisdiction: US }]
---
kind: Repository
name: vault
region: west
directory: state/vault
${keys}---
kind: Repository
name: vault-north
region: north
s3: { bucket: copies, endpoint: "${server.url}", accessKey: "env:COPY_KEY", secretKey: "env:COPY_SECRET" }
${keys}---
kind: Repository
name: vault-over
region: over
directory: state/over
${keys}---
kind: DataClass
name: records
holds: [inventory-positions]
residency: [EU]
controls: [encryption-in-transit]
---
kind: Environment
name: acme-prod
stage: production
platform: host
region: west
dataClasses: [records]
odoo: { version: "19.0", database: acme }
backup: { method: logical, every: 1d, repository: vault, copies: [north, over], retain: { daily: 2 }, immutableFor: 1m }
objectives: { rpo: 2d }
connect: { odoo: { url: "http://127.0.0.1:9" } }
`,
);

const environment = {
  PLIMSOLL_DATABASE_URL: database.url,
  PLIMSOLL_STATE: state,
  COPY_KEY: credentials.accessKeyId,
  COPY_SECRET: credentials.secretAccessKey,
};

async function plimsoll<Answer>(answer: z.ZodType<Answer>, code: number, ...args: readonly string[]): Promise<Answer> {
  const ran = await runCli([...args, '--estate', work, '--json'], environment);
  expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code });
  return answer.parse(JSON.parse(ran.stdout));
}

const keyFile = (name: string): Promise<string> => readFile(join(state, 'keys', name), 'utf8');

/** Publishes a backup so many days old, with content of its own. */
async function publish(days: number): Promise<string> {
  const repository = createBackupRepository({
    name: 'vault',
    store: createDirectoryObjectStore(join(state, 'vault')),
    clock: systemClock,
    recipients: [await keyFile('recipients')],
    signingKey: createSecret('signing', await keyFile('signing-key')),
  });
  const at = Temporal.Now.instant().subtract({ hours: 24 * days });
  const id = `${at.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '')}-logical-00000${days}`;
  const { piece } = await repository.putPiece(new TextEncoder().encode(`the backup of ${days} days ago`));
  const manifest = exampleManifest({
    id,
    startedAt: at,
    consistentAt: at,
    finishedAt: at,
    database: { method: 'logical', files: [{ path: 'toc.dat', bytes: piece.bytes, pieces: [piece] }] },
    filestore: { index: { path: 'index', bytes: piece.bytes, pieces: [piece] }, files: 0, bytes: 0, missing: [] },
    sealedTo: repository.sealedTo,
  });
  await repository.publish(manifest, []);
  return id;
}

const checks = z.object({
  isGood: z.boolean(),
  checks: z.array(z.object({ what: z.string(), isPassed: z.boolean(), detail: z.string() })),
});
const rotated = z.object({ key: z.string(), replaced: z.array(z.string()) });
const inUse = z.object({
  keys: z.array(z.object({ id: z.string(), isCurrent: z.boolean(), pieces: z.number(), alone: z.number() })),
});
const refused = z.object({ fault: z.object({ code: z.string(), message: z.string() }) });
const copies = z.object({
  places: z.array(
    z.object({
      to: z.string().nullable(),
      copy: z.array(z.string()),
      refusals: z.array(z.object({ code: z.string() })),
      report: z.object({ copied: z.array(z.string()), proven: z.number() }).optional(),
    }),
  ),
});
const pruned = z.object({
  places: z.array(z.object({ repository: z.string(), withdraw: z.array(z.object({ id: z.string() })) })),
});
const listed = z.object({ backups: z.array(z.object({ id: z.string(), signedBy: z.string() })) });

const verified = z.object({ repository: z.string(), signedBy: z.string(), isRecorded: z.boolean() });

/** OBJ-03: a check needs no records: where there are none, none are made; where they are out of reach, it says so. */
async function verifyWithoutRecords(backup: string): Promise<void> {
  const command = ['backup', 'verify', 'acme-prod', backup, '--estate', work, '--json'];
  const none = await runCli(command, { ...environment, PLIMSOLL_DATABASE_URL: undefined });
  expect(verified.parse(JSON.parse(none.stdout))).toMatchObject({ repository: 'vault', isRecorded: false });
  expect(await readdir(state)).not.toContain('postgres-password');
  const nowhere = { ...environment, PLIMSOLL_DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' };
  const away = await runCli(command, nowhere);
  expect(verified.parse(JSON.parse(away.stdout)).isRecorded).toBe(false);
  expect([none.code, away.code, away.stderr]).toEqual([1, 1, expect.stringContaining('is not recorded')]);
}

test('keys rotate, copies go where they may, and retention is kept, all from the command line', {
  timeout: 180_000,
}, async () => {
  const unnamed = await plimsoll(refused, 2, 'backup', 'keys', 'create');
  expect(unnamed.fault.code).toBe('SETTING_INVALID');
  expect(unnamed.fault.message).toContain('vault, vault-north, vault-over');
  await plimsoll(
    z.object({ made: z.array(z.string()).length(5) }),
    0,
    'backup',
    'keys',
    'create',
    '--repository',
    'vault',
  );
  const oldest = await publish(3);
  const older = await publish(2);

  // BKP-05: a new key seals and signs; what the old ones sealed and signed opens and is believed.
  const seal = await plimsoll(rotated, 0, 'backup', 'keys', 'rotate', '--repository', 'vault');
  const sign = await plimsoll(rotated, 0, 'backup', 'keys', 'rotate', '--signing', '--repository', 'vault');
  const newest = await publish(1);
  const check = await plimsoll(checks, 0, 'backup', 'keys', 'check', '--repository', 'vault');
  expect(check.checks.map(({ what, isPassed }) => [what, isPassed])).toEqual([
    ['opens what is sealed now', true],
    ['opens the newest backup of acme-prod', true],
    ['opens the oldest backup of acme-prod', true],
    ['opens a random sample of the content', true],
    ['believes the newest backups', true],
    ['signs', true],
    ['survives the loss of a key', true],
  ]);
  const { backups } = await plimsoll(listed, 0, 'backup', 'list', 'acme-prod');
  expect(backups.map(({ id }) => id)).toEqual([oldest, older, newest]);
  expect(backups.map(({ signedBy }) => signedBy === sign.key)).toEqual([false, false, true]);
  const use = await plimsoll(inUse, 0, 'backup', 'keys', 'in-use', '--repository', 'vault');
  expect(use.keys.map(({ id, isCurrent, alone }) => [id, isCurrent, alone])).toEqual([
    [seal.key, true, 1],
    [seal.replaced[0], false, 2],
  ]);
  const drop = ['backup', 'keys', 'drop', seal.replaced[0] ?? '', '--repository', 'vault'];
  expect((await plimsoll(refused, 2, ...drop)).fault.code).toBe('CONSENT_REQUIRED');
  expect((await plimsoll(refused, 2, ...drop, '--yes')).fault.code).toBe('KEY_UNUSABLE');

  // BKP-06, CMP-05: into the bucket of the other region, and not across the border.
  const made = await plimsoll(copies, 1, 'backup', 'copy', 'acme-prod');
  const [north, over] = made.places;
  expect([north?.report?.copied, over?.refusals.map(({ code }) => code), over?.report?.copied]).toEqual([
    [older, newest],
    ['BACKUP_OUTSIDE_RESIDENCY'],
    [],
  ]);
  expect(north?.report?.proven).toBeGreaterThan(0);
  const copy = await plimsoll(verified, 1, 'backup', 'verify', 'acme-prod', '--copy', 'vault-north');
  expect(copy).toEqual({ repository: 'vault-north', signedBy: sign.key, isRecorded: true });
  const recorded =
    await database.sql`SELECT backup, repository, is_intact, problems[0] AS first FROM plimsoll.backup_check`;
  expect(recorded).toMatchObject([
    { backup: newest, repository: 'vault-north', is_intact: false, first: { what: 'dump', name: 'toc.dat' } },
  ]);
  await verifyWithoutRecords(newest);

  // BKP-04: what no rule keeps goes, when somebody agrees to it.
  const plan = await plimsoll(pruned, 0, 'backup', 'prune', 'acme-prod', '--dry-run');
  expect(plan.places.map(({ withdraw }) => withdraw.map(({ id }) => id))).toEqual([[oldest], [], []]);
  expect((await plimsoll(refused, 2, 'backup', 'prune', 'acme-prod')).fault.code).toBe('CONSENT_REQUIRED');
  await plimsoll(pruned, 0, 'backup', 'prune', 'acme-prod', '--yes');
  const left = await plimsoll(listed, 0, 'backup', 'list', 'acme-prod');
  expect(left.backups.map(({ id }) => id)).toEqual([older, newest]);
  const ledger = await database.sql<{ type: string }[]>`SELECT type FROM plimsoll.ledger ORDER BY sequence`;
  expect(ledger.map(({ type }) => type)).toEqual([
    'backup-key.rotated',
    'backup-key.rotated',
    'backup.copied',
    'backup.copied',
    'backup.checked',
    'backup.withdrawn',
  ]);
});
