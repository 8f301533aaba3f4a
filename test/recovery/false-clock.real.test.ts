import { chmod, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installPackages, missingPackages } from '../../src/adapters/host/apt.ts';
import { runCommand } from '../../src/adapters/host/command.ts';
import { falseClockPackages } from '../../src/core/provision/index.ts';
import { createTestDatabase } from '../embedded-store.ts';
import { type LabDatabase, startLab } from '../lab/index.ts';
import { eventually, startServe } from '../serve.ts';
import { openLabEstate } from './lab-estate.ts';

// A real process whose clock is wrong (libfaketime), on real backups of a real Odoo's database. What is meant: decision 0097.

const control = await createTestDatabase({ isEmpty: true });
let database: LabDatabase;
let work: string;
let lab: Awaited<ReturnType<typeof openLabEstate>>;
let library: string;

beforeAll(async () => {
  const missing = await missingPackages(falseClockPackages);
  if (missing.length > 0) await installPackages(missing, { report: () => undefined });
  const files = await runCommand({ command: ['dpkg', '-L', 'libfaketime'], timeoutSeconds: 30 });
  library = files.find((file) => file.endsWith('/libfaketimeMT.so.1')) ?? expect.fail('libfaketime has no library');
  database = await (await startLab()).createDatabase();
  work = await mkdtemp(join(tmpdir(), 'plimsoll-false-clock-'));
  await chmod(work, 0o755);
  lab = await openLabEstate({
    work,
    databaseUrl: database.url,
    declaredName: database.name,
    filestoreDirectory: database.filestoreDirectory,
    storeUrl: control.url,
    backup: 'objectives: { rpo: 2h }\nbackup: { method: logical, every: 1h, repository: vault, retain: { daily: 2 } }',
  });
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
  const file = join(work, 'clock');
  const setClock = async (by: string): Promise<void> => {
    await writeFile(`${file}.new`, `${by}\n`);
    await rename(`${file}.new`, file);
  };
  await setClock('+0');
  const earlier = await listed();
  const around = { ...falseClock(), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_CACHE_DURATION: '1' };
  const serve = await startServe({
    estate: lab.estate,
    state: lab.state,
    environment: { ...lab.environment, ...around },
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
