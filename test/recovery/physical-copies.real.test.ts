import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { asSuperuser } from '../../src/adapters/host/cluster.ts';
import { createDirectoryObjectStore } from '../../src/adapters/object-store/directory-object-store.ts';
import { createArchiveOpener, createStanzaCopier } from '../../src/adapters/pgbackrest/apart.ts';
import {
  createBackupCopier,
  createBackupRepository,
  type RepositoryOptions,
} from '../../src/adapters/repository/backup-repository.ts';
import { generateKeys } from '../../src/adapters/repository/memory-repository.ts';
import { type BackupKind, type BackupManifest, backupId, isPhysical } from '../../src/core/recovery/index.ts';
import { backUp } from '../../src/workflows/recovery/back-up.ts';
import { markFiles } from '../../src/workflows/recovery/mark-files.ts';
import { openArchiveOf } from '../../src/workflows/recovery/open-archive.ts';
import { verifyBackup } from '../../src/workflows/recovery/verify-backup.ts';
import { barePlimsoll } from './bare-plimsoll.ts';
import { openPhysicalGround, type PhysicalGround } from './physical-ground.ts';
import { startExtracted } from './start-extracted.ts';

let ground: PhysicalGround;
let root = '';
let here: RepositoryOptions;
let there: RepositoryOptions;
let publicSigningKey = '';

beforeAll(async () => {
  ground = await openPhysicalGround();
  root = await mkdtemp('/tmp/plimsoll-copies-');
  await chmod(root, 0o755);
  const made = await generateKeys();
  publicSigningKey = made.publicSigningKey;
  const { publicSigningKey: _, ...keys } = made;
  const store = (name: string) => createDirectoryObjectStore(join(root, name));
  here = { name: 'here', store: store('here'), clock: systemClock, ...keys };
  there = { name: 'there', store: store('there'), clock: systemClock, ...keys };
  await writeFile(join(root, 'key.txt'), `${keys.identities[0]?.reveal()}\n`);
  await writeFile(join(root, 'signer.pem'), publicSigningKey);
}, 1_500_000);

afterAll(async () => {
  await ground?.close();
  await rm(root, { recursive: true, force: true });
}, 120_000);

/** pgBackRest keeps its part of a repository of this test here. */
const beside = (name: string) => ({ kind: 'directory', directory: join(root, `${name}-physical`) }) as const;

function copier(to = 'there') {
  const from = { kind: 'directory', directory: ground.cluster.repositoryDirectory } as const;
  const copyStanza = createStanzaCopier({
    root: join(root, 'archives'),
    from: { place: from, s3: undefined },
    to: { place: beside(to), s3: undefined },
    passphraseHere: async () => undefined,
  });
  const target = to === 'there' ? there : { ...there, name: to, store: createDirectoryObjectStore(join(root, to)) };
  return createBackupCopier(here, target, { copyStanza });
}

const opener = () =>
  createArchiveOpener({ root: join(root, 'archives'), s3: undefined, placeOf: async () => beside('there') });

let taken = 0;
function take(kind: BackupKind): Promise<BackupManifest> {
  taken += 1;
  return backUp(
    { ...ground.backup, repository: createBackupRepository(here) },
    {
      estate: 'lab',
      environment: 'lab',
      id: backupId(systemClock.now(), 'physical', `copies${taken}`),
      writer: 'test',
      actor: { kind: 'cli', name: 'test' },
      wanted: { method: 'physical', kind },
      jobs: 2,
      report: () => {},
    },
  );
}

const note = (key: string): Promise<unknown> =>
  asSuperuser(
    ground.layout,
    (sql) => sql`insert into ir_config_parameter (key, value) values (${`instant.${key}`}, 'yes')`,
    'acme',
  );

/** An estate with this environment, a repository in its region, one to copy to, and one where its data may not lie. */
async function writeEstate(): Promise<void> {
  const repository = (name: string, region: string): string => `---
kind: Repository
name: ${name}
region: ${region}
directory: ${join(root, name)}
sealedTo: ["file:${join(root, 'recipient.txt')}"]
identity: "file:${join(root, 'key.txt')}"
signingKey: "file:${join(root, 'signing.pem')}"
`;
  const regions = 'north, jurisdiction: EU }, { name: west, jurisdiction: EU }, { name: over, jurisdiction: US';
  const environment = `---
kind: Environment
name: lab
stage: production
platform: host
region: west
dataClasses: [records]
odoo: { version: "19.0", database: acme }
connect: { filestore: { directory: /srv/files } }
objectives: { rpo: 5m, rto: 2d }
backup: { method: physical, every: 1d, repository: here, copies: [north, over] }
---
kind: DataClass
name: records
holds: [inventory-positions]
residency: [EU]
controls: [encryption-in-transit]
`;
  const repositories = [repository('here', 'west'), repository('far', 'north'), repository('abroad', 'over')];
  await mkdir(join(root, 'estate'));
  const text = `kind: Estate\nname: lab\nregions: [{ name: ${regions} }]\n${environment}${repositories.join('')}`;
  await writeFile(join(root, 'estate/estate.yaml'), text);
  await writeFile(join(root, 'recipient.txt'), `${here.recipients.join('\n')}\n`);
  await writeFile(join(root, 'signing.pem'), here.signingKey?.reveal() ?? '');
}

const listed = async () => (await createBackupRepository(there).list('lab')).good.map(({ manifest }) => manifest.id);

const verifyCopy = ({ id }: BackupManifest) =>
  verifyBackup(
    { ...ground.backup, repository: createBackupRepository(there), openArchive: opener() },
    { environment: 'lab', backup: id, report: () => {} },
  );

async function inCopy<Answer>(
  manifest: BackupManifest,
  ask: (archive: Awaited<ReturnType<typeof openArchiveOf>>) => Promise<Answer>,
) {
  if (!isPhysical(manifest)) throw new Error('it is a dump');
  const archive = await openArchiveOf({ repository: createBackupRepository(there), openArchive: opener() }, manifest);
  return ask(archive).finally(() => archive.close());
}

describe('BKP-06: copies of physical backups', { timeout: 400_000 }, () => {
  let full: BackupManifest;
  let differential: BackupManifest;

  test('one that is cut short is listed nowhere, and is finished by the next: whole, and verified where it is', async () => {
    await note('first');
    full = await take('full');
    differential = await take('differential');
    const stop = new AbortController();
    const begun = copier().copy({ environment: 'lab', signal: stop.signal, report: () => stop.abort() });
    await expect(begun).rejects.toThrow();
    expect(await listed()).toEqual([]);
    const report = await copier().copy({ environment: 'lab' });
    expect(report).toMatchObject({ copied: [full.id, differential.id], refused: [] });
    expect(await listed()).toEqual([full.id, differential.id]);
    for (const each of [full, differential])
      expect(await verifyCopy(each)).toMatchObject({ isIntact: true, problems: [] });
    expect(await readdir(join(root, 'archives'))).toEqual([]);
  });

  test('the log and the files go on between backups, and what is there is not sent again', async () => {
    await note('second');
    const { physical } = ground.backup;
    if (physical === undefined) throw new Error('there is no archived cluster');
    const deps = { ...ground.backup, repository: createBackupRepository(here), physical };
    const mark = await markFiles(deps, { environment: 'lab', writer: 'marker' });
    const report = await copier().copy({ environment: 'lab' });
    expect(report).toMatchObject({ copied: [], present: [full.id, differential.id] });
    expect((await createBackupRepository(there).readMark('lab', differential.id))?.at).toEqual(mark?.at);
    expect(await inCopy(differential, (archive) => archive.segments())).toContain(mark?.segment);
    expect((await copier().copy({ environment: 'lab' })).bytes).toBeLessThan(report.bytes);
  });

  test('a segment that the copy has lost is named by verify, and comes back with the next copy', async () => {
    const segment = full.database.method === 'physical' ? full.database.walStop : '';
    const directory = join(beside('there').directory, 'archive/acme/15-1/0000000100000000');
    const name = (await readdir(directory)).find((each) => each.startsWith(segment)) ?? 'none';
    await rm(join(directory, name));
    expect((await verifyCopy(full)).problems).toContainEqual(expect.objectContaining({ what: 'log', name: segment }));
    // It belongs to the newest one's log only where that begins no later: a new backup of the copy sends all it needs.
    await createBackupRepository(there).withdraw('lab', full.id);
    await copier().copy({ environment: 'lab' });
    expect(await verifyCopy(full)).toMatchObject({ isIntact: true });
  });

  test('the command line copies, verifies and restores as the estate declares it, and refuses what leaves the jurisdiction (CMP-05)', async () => {
    await symlink(ground.cluster.repositoryDirectory, beside('here').directory);
    await writeEstate();
    const plimsoll = (...args: readonly string[]) => barePlimsoll(root, [...args, '--estate', 'estate', '--json']);
    const copied = await plimsoll('backup', 'copy', 'lab');
    expect(copied.code, copied.out).not.toBe(0);
    const { places } = JSON.parse(copied.stdout) as { places: { to: string; report: { copied: string[] } }[] };
    const made = new Map(places.map(({ to, report }) => [to, report.copied]));
    expect([made.get('far'), made.get('abroad')]).toEqual([[full.id, differential.id], []]);
    expect(copied.stdout).toContain('BACKUP_OUTSIDE_RESIDENCY');
    const verified = await plimsoll('backup', 'verify', 'lab', '--copy', 'far');
    expect(verified.code, verified.out).toBe(0);
    const restored = await plimsoll('restore', 'lab', '--to-directory', join(root, 'from-far'), '--copy', 'far');
    expect(restored.code, restored.out).toBe(0);
  });

  test('another archive at the target is not written over', async () => {
    const folder = join(beside('strange').directory, 'archive/acme');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'archive.info'), 'of somebody else');
    await chmod(beside('strange').directory, 0o755);
    await expect(copier('strange').copy({ environment: 'lab' })).rejects.toMatchObject({ code: 'REPOSITORY_INVALID' });
  });

  test('with the first repository gone, the copy brings the cluster back', async () => {
    await ground.cluster.stop();
    await rename(ground.cluster.repositoryDirectory, `${ground.cluster.repositoryDirectory}.gone`);
    await rename(join(root, 'here'), join(root, 'here.gone'));
    const rescue = join(root, 'rescue');
    const bare = ['--repository', 'there', '--identity', 'key.txt', '--signer', 'signer.pem', '--json'];
    const restored = await barePlimsoll(root, ['restore', 'lab', '--to-directory', rescue, ...bare]);
    expect(restored.code, restored.out).toBe(0);
    const seen = await startExtracted(rescue, (JSON.parse(restored.stdout) as { next: readonly string[] }).next);
    expect(seen).toMatchObject({ notes: ['instant.first', 'instant.second'], missing: [] });
  });

  test('what is withdrawn from the copy takes its log with it, and leaves the rest whole (BKP-04)', async () => {
    // The differential one hangs on the full one: both go, or none.
    const before = await inCopy(full, (archive) => archive.list());
    expect(before).toHaveLength(2);
    const label = differential.database.method === 'physical' ? differential.database.label : '';
    await inCopy(full, (archive) => archive.withdraw(label));
    expect((await inCopy(full, (archive) => archive.list())).map(({ kind }) => kind)).toEqual(['full']);
    expect(await verifyCopy(full)).toMatchObject({ isIntact: true });
  });
});
