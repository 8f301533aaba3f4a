import { chmod, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, HeadObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installPackages, missingPackages } from '../../src/adapters/host/apt.ts';
import { runCommand } from '../../src/adapters/host/command.ts';
import { falseClockPackages } from '../../src/core/provision/index.ts';
import { createTestDatabase } from '../embedded-store.ts';
import { type LabDatabase, startLab } from '../lab/index.ts';
import { startObjectServer } from '../lab/s3.ts';
import { eventually, startServe } from '../serve.ts';
import { openLabEstate } from './lab-estate.ts';

// A real process whose clock is wrong (libfaketime), on real backups of a real Odoo's database. What is meant: decision 0097.

const control = await createTestDatabase({ isEmpty: true });
let database: LabDatabase;
let work: string;
let lab: Awaited<ReturnType<typeof openLabEstate>>;
let library: string;

/** An estate over the database; with another repository under a name of its own. */
const open = (backup: string, more = '', estateDirectory = 'estate') =>
  openLabEstate({
    work,
    databaseUrl: database.url,
    declaredName: database.name,
    filestoreDirectory: database.filestoreDirectory,
    storeUrl: control.url,
    backup,
    more,
    estateDirectory,
  });

beforeAll(async () => {
  const missing = await missingPackages(falseClockPackages);
  if (missing.length > 0) await installPackages(missing, { report: () => undefined });
  const files = await runCommand({ command: ['dpkg', '-L', 'libfaketime'], timeoutSeconds: 30 });
  library = files.find((file) => file.endsWith('/libfaketimeMT.so.1')) ?? expect.fail('libfaketime has no library');
  database = await (await startLab()).createDatabase();
  work = await mkdtemp(join(tmpdir(), 'plimsoll-false-clock-'));
  await chmod(work, 0o755);
  lab = await open(
    'objectives: { rpo: 2h }\nbackup: { method: logical, every: 1h, repository: vault, retain: { daily: 2 } }',
  );
  const made = await lab.run(['backup', 'keys', 'create']);
  expect(made.code, made.all).toBe(0);
}, 900_000);
afterAll(async () => {
  await database?.drop();
  await rm(work, { recursive: true, force: true });
}, 60_000);

/** Timers go on as they do: only the time of day is another. */
const falseClock = () => ({ LD_PRELOAD: library, FAKETIME_DONT_FAKE_MONOTONIC: '1' });
const shifted = (by: string) => ({ ...falseClock(), FAKETIME: by });

/** The clock of a process that is set while it runs, within a second. */
const settable = () => ({
  ...falseClock(),
  FAKETIME_TIMESTAMP_FILE: join(work, 'clock'),
  FAKETIME_CACHE_DURATION: '1',
});
async function setClock(by: string): Promise<void> {
  const file = join(work, 'clock');
  await writeFile(`${file}.new`, `${by}\n`);
  await rename(`${file}.new`, file);
}

async function take(around?: Readonly<Record<string, string>>): Promise<string> {
  const taken = await lab.run(['backup', 'run', 'acme', '--json'], around);
  expect(taken.code, taken.all).toBe(0);
  return (JSON.parse(taken.out) as { id: string }).id;
}

/** What is listed by the true clock, oldest first. */
async function listed(): Promise<readonly string[]> {
  const { code, out, all } = await lab.run(['backup', 'list', 'acme', '--json']);
  expect(code, all).toBe(0);
  return (JSON.parse(out) as { backups: { id: string }[] }).backups.map(({ id }) => id);
}

async function expectIntact(id: string): Promise<void> {
  const checked = await lab.run(['backup', 'verify', 'acme', id, '--json']);
  expect(checked.code, checked.all).toBe(0);
}

/** Seen where they lie, without a program that takes its time to start. */
async function published(): Promise<readonly string[]> {
  const folder = join(work, 'vault', 'backups', 'acme');
  const names = await readdir(folder, { recursive: true });
  return names.flatMap((name) => (name.endsWith('/manifest.json') ? [dirname(name)] : []));
}

const hoursAhead = (id: string): number => {
  const [, day, time] = /^(\d{8})T(\d{6})Z/.exec(id) ?? [];
  const at = `${day?.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time?.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`;
  return Temporal.Instant.from(at).since(Temporal.Now.instant()).total('hours');
};

test('backups taken by a clock days ahead or hours behind are whole, and no retention takes the last good one', {
  timeout: 300_000,
}, async () => {
  const before = await take();
  const ahead = await take(shifted('+2d'));
  const behind = await take(shifted('-5h'));
  expect(hoursAhead(ahead)).toBeGreaterThan(47);
  expect(hoursAhead(behind)).toBeLessThan(-4);
  expect(await listed()).toEqual([behind, before, ahead]);
  await expectIntact(ahead);
  // By a clock that is a year ahead, and by one before all of them. What is the last one the database's own clock says,
  // whatever the one that named it said.
  for (const by of ['+400d', '-90d']) {
    const pruned = await lab.run(['backup', 'prune', 'acme', '--yes'], shifted(by));
    expect(pruned.code, pruned.all).toBe(0);
    expect(await listed()).toContain(behind);
  }
  await expectIntact(behind);
});

test('a controller whose clock jumps days ahead, back, and a day behind goes on each time', {
  timeout: 600_000,
}, async () => {
  await setClock('+0');
  const earlier = await listed();
  const serve = await startServe({
    estate: lab.estate,
    state: lab.state,
    environment: { ...lab.environment, ...settable() },
  });
  /** The first backup that is not known yet. */
  const known = new Set(earlier);
  const another = async (): Promise<number> => {
    const id = await eventually(180, async () => (await published()).find((each) => !known.has(each)));
    known.add(id);
    // Its run ends a moment after it is there; while it goes on, no other is planned.
    await sleep(5_000);
    return hoursAhead(id);
  };
  // The last one was dated five hours ago.
  expect(await another()).toBeCloseTo(0, 0);
  await setClock('+4d');
  expect(await another()).toBeGreaterThan(95);
  // Days back again, three hours after the one before: what the wrong clock has dated holds nothing up, and is said.
  await setClock('+3h');
  expect(await another()).toBeCloseTo(3, 0);
  await eventually(120, async () => {
    const { out } = await lab.bare(['status', '--json'], { PLIMSOLL_SERVER: serve.url });
    return out.includes('BACKUP_DATED_AHEAD') ? true : undefined;
  });
  await setClock('-30h');
  expect(await another()).toBeCloseTo(-30, 0);
  await setClock('+0');
  expect(await serve.kill('SIGTERM')).toBe(0);
  for (const id of (await listed()).filter((each) => !earlier.includes(each))) await expectIntact(id);
  // Nothing that it held or dated is in the way of the next.
  expect(Math.abs(hoursAhead(await take()))).toBeLessThan(1);
});

test('BKP-05: a bucket locks what a clock days ahead or behind writes for as long as is declared, by its own time', {
  timeout: 300_000,
}, async () => {
  const server = await startObjectServer();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const admin = new S3Client({ endpoint: server.url, region: 'us-east-1', credentials, forcePathStyle: true });
  try {
    await admin.send(new CreateBucketCommand({ Bucket: 'safe', ObjectLockEnabledForBucket: true }));
    const bucket = await open(
      'backup: { method: logical, every: 1d, repository: safe, retain: { daily: 2 } }',
      `---
kind: Repository
name: safe
region: west
objectLock: 3d
s3:
  { bucket: safe, endpoint: "${server.url}", region: us-east-1, accessKey: "env:SAFE_KEY", secretKey: "env:SAFE_KEY" }
sealedTo: ["file:state/keys/recipients"]
identity: "file:state/keys/identity"
signingKey: "file:state/keys/signing-key"
`,
      'bucket',
    );
    // Ahead by more than anybody waits for, and behind by more than the lock: such a one would be over before it began.
    for (const by of ['+400d', '-4d', '+0']) {
      const taken = await bucket.run(['backup', 'run', 'acme', '--json'], { ...shifted(by), SAFE_KEY: 'test' });
      expect(taken.code, taken.all).toBe(0);
    }
    const { Versions: written = [] } = await admin.send(new ListObjectVersionsCommand({ Bucket: 'safe' }));
    const kept = written.filter(({ Key }) => /^(pieces|backups)\//.test(Key ?? ''));
    expect(kept.filter(({ Key }) => Key?.endsWith('/manifest.json') === true)).toHaveLength(3);
    const now = Temporal.Now.instant().epochMilliseconds;
    for (const { Key } of kept) {
      const { ObjectLockRetainUntilDate: until } = await admin.send(new HeadObjectCommand({ Bucket: 'safe', Key }));
      expect(((until?.getTime() ?? 0) - now) / 86_400_000, Key).toBeCloseTo(3, 1);
    }
  } finally {
    admin.destroy();
    await server.stop();
  }
});

interface ListedDrill {
  readonly verdict: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly phases: readonly { readonly seconds: number }[];
  readonly checks: readonly { readonly name: string; readonly outcome: string }[];
  readonly rpoAchievedSeconds: number;
  readonly rtoAchievedSeconds: number;
}

test('RST-04: a drill whose clock jumps two days ahead has the times that passed, and proves for no longer', {
  timeout: 300_000,
}, async () => {
  await setClock('+0');
  const running = lab.run(['drill', 'run', 'acme', '--json', '--wait', '20m'], settable());
  // Its place is made: it is under way.
  await eventually(1_300, async () => (await readdir(join(lab.state, 'drills')).catch(() => [])).at(0));
  await setClock('+2d');
  const { code, out, all } = await running;
  expect(code, all).toBe(0);
  const drill = JSON.parse(out) as ListedDrill;
  const [startedAt, finishedAt] = [drill.startedAt, drill.finishedAt].map((each) => Temporal.Instant.from(each));
  const lasted = finishedAt?.since(startedAt ?? finishedAt).total('seconds') ?? 0;
  const inPhases = drill.phases.reduce((sum, { seconds }) => sum + seconds, 0);
  expect(drill.verdict).toBe('verified');
  expect(drill.phases.every(({ seconds }) => seconds >= 0)).toBe(true);
  expect(Math.abs(lasted - inPhases)).toBeLessThan(60);
  expect(drill.rtoAchievedSeconds).toBeLessThanOrEqual(lasted);
  expect(Math.abs(finishedAt?.since(Temporal.Now.instant()).total('hours') ?? 99)).toBeLessThan(1);
  // What would have been lost goes by the later time: never less than it was.
  expect(drill.rpoAchievedSeconds).toBeGreaterThan(47 * 3_600);
  expect(drill.checks).toContainEqual(expect.objectContaining({ name: 'clock.steady', outcome: 'warning' }));
});
