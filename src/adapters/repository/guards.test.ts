import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../core/kernel/index.ts';
import { exampleManifest } from '../../ports/backup-manifest.fixture.ts';
import { contractTerms, environment, publishExample } from '../../ports/backup-repository.fixture.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { systemClock } from '../clock/system-clock.ts';
import { createMemoryObjectStore } from '../object-store/memory-object-store.ts';
import { createBackupRepository, type RepositoryOptions } from './backup-repository.ts';
import { generateKeys } from './memory-repository.ts';

let store: ObjectStore;
let keys: Awaited<ReturnType<typeof generateKeys>>;

const open = (options: Partial<RepositoryOptions> = {}): BackupRepository =>
  createBackupRepository({
    name: 'main',
    store,
    clock: systemClock,
    terms: contractTerms,
    graceSeconds: 0,
    ...keys,
    ...options,
  });

/** A store in which nobody's claims can be seen: the guard, switched off. */
const withoutClaims = (real: ObjectStore): ObjectStore => ({
  ...real,
  list: (prefix) => (prefix.startsWith('writing/') ? (async function* () {})() : real.list(prefix)),
});

beforeEach(async () => {
  store = createMemoryObjectStore(systemClock);
  keys = await generateKeys();
});

const old = new TextEncoder().encode('content that a withdrawn backup left');

/** A writer is told that the content is there already; then a collector runs; then the writer publishes. */
async function race(collector: BackupRepository): Promise<unknown> {
  const writer = open();
  await writer.putPiece(old);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const claim = await writer.beginWriting(environment, 'writer');
  const { piece, addedBytes } = await writer.putPiece(old);
  expect(addedBytes).toBe(0);
  await collector.collect({ dryRun: false });
  const file = { path: 'all', bytes: piece.bytes, pieces: [piece] };
  const manifest = exampleManifest({
    database: { method: 'logical', files: [file] },
    filestore: { index: file, files: 0, bytes: 0, missing: [] },
  });
  return writer.publish(manifest, []).finally(claim.release);
}

describe('a writer whose network is lost as it begins', () => {
  test('holds nothing once the network is back, though its process lives on', { timeout: 60_000 }, async () => {
    let isLost = true;
    const unsteady: ObjectStore = {
      ...store,
      put: async (key, ...rest) => {
        if (isLost && /\/(renewed-\d+|released)$/.test(key)) throw new Fault('REPOSITORY_UNREACHABLE', 'no network');
        return store.put(key, ...rest);
      },
    };
    const first = open({ store: unsteady }).beginWriting(environment, 'first');
    await expect(first).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
    isLost = false;
    const another = async (): Promise<string> =>
      open()
        .beginWriting(environment, 'second')
        .then(
          (claim) => claim.release().then(() => 'begun'),
          (error: unknown) => (error as Fault).code,
        );
    await expect.poll(another, { timeout: 30_000, interval: 100 }).toBe('begun');
  });
});

describe('a collector beside a writer', () => {
  test('spares what the writer relies on', async () => {
    await race(open());
    expect((await open().list(environment)).good).toHaveLength(1);
  });

  test('with the claims switched off it takes the content away, and only the look at publication saves the list', async () => {
    await expect(race(open({ store: withoutClaims(store) }))).rejects.toMatchObject({ code: 'CONTENT_MISSING' });
    expect(await open().list(environment)).toEqual({ good: [], bad: [] });
  });

  test('with the claims switched off the grace still spares what is young', async () => {
    await race(open({ store: withoutClaims(store), graceSeconds: 60 }));
    expect((await open().list(environment)).good).toHaveLength(1);
  });

  test('takes over at once from one that was killed on this machine, and not from one that lives or is elsewhere', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid;
    const holders = [
      [`a collection by process ${dead}.1 on ${hostname()}`, 'collected'],
      [`a collection by process ${process.ppid}.1 on ${hostname()}`, 'BACKUP_UNDER_WAY'],
      [`a collection by process ${dead}.1 on another-${hostname()}`, 'BACKUP_UNDER_WAY'],
      // As collectors were called before: nobody can tell.
      [`collector ${dead}`, 'BACKUP_UNDER_WAY'],
    ] as const;
    const seen = await Promise.all(
      holders.map(async ([holder]) => {
        const held = createMemoryObjectStore(systemClock);
        await held.put('collecting/0000000001/claim', new TextEncoder().encode(holder));
        const collector = open({ store: held, terms: { suspectSeconds: 600, renewSeconds: 200, watchSeconds: 200 } });
        return collector.collect({ dryRun: false }).then(
          () => 'collected',
          (error: unknown) => (error as Fault).code,
        );
      }),
    );
    expect(seen).toEqual(holders.map(([, what]) => what));
  });

  test('makes way for a writer that begins while it is deleting', async () => {
    const collector = open();
    for (let index = 0; index < 450; index += 1) await collector.putPiece(new TextEncoder().encode(`rubbish ${index}`));
    await new Promise((resolve) => setTimeout(resolve, 5));
    let begun: Promise<{ release(): Promise<void> }> | undefined;
    const noticing: ObjectStore = {
      ...store,
      delete: (key) => {
        begun ??= open().beginWriting(environment, 'writer');
        return store.delete(key);
      },
    };
    const report = await open({ deletingStore: noticing }).collect({ dryRun: false });
    expect(report.isComplete).toBe(false);
    expect(report.pieces).toBeLessThan(450);
    expect(report.pieces + report.kept).toBe(450);
    await (await begun)?.release();
  });
});

/** The machine's clock, off by so much. */
const clockOff = (hours: number): Clock => ({
  now: () => systemClock.now().add({ hours }),
  sleep: systemClock.sleep,
});

describe('a clock that jumps', () => {
  test.each([-48, -1, 1, 48])('by %d hours makes nobody think that a living writer has died', async (hours) => {
    const claim = await open().beginWriting(environment, 'first');
    const other = open({ clock: clockOff(hours) });
    await expect(other.beginWriting(environment, 'second')).rejects.toMatchObject({ code: 'BACKUP_UNDER_WAY' });
    expect(await other.collect({ dryRun: false })).toMatchObject({ isComplete: false, pieces: 0 });
    await claim.renew();
    await claim.release();
  });

  test.each([-48, 0, 48])('by %d hours keeps nobody from taking over from a writer that has died', async (hours) => {
    // A writer that gives no further sign of life: as after a kill -9.
    const dead = open({ terms: { ...contractTerms, renewSeconds: 1_000 } });
    await dead.beginWriting(environment, 'first');
    await new Promise((resolve) => setTimeout(resolve, hours === 0 ? contractTerms.suspectSeconds * 1_000 + 50 : 0));
    const claim = await open({ clock: clockOff(hours) }).beginWriting(environment, 'second');
    await claim.release();
  });

  test('by a day makes backups no less readable', async () => {
    await publishExample(open());
    expect((await open({ clock: clockOff(-24) }).list(environment)).good).toHaveLength(1);
  });
});

test('a collector that was stopped and goes on deletes nothing more', async () => {
  const repository = open({ terms: { suspectSeconds: 0.05, renewSeconds: 1_000, watchSeconds: 0.05 } });
  for (let index = 0; index < 20; index += 1) await repository.putPiece(new TextEncoder().encode(`rubbish ${index}`));
  await new Promise((resolve) => setTimeout(resolve, 5));
  let deleted = 0;
  const slow: ObjectStore = {
    ...store,
    delete: async (key) => {
      if (key.startsWith('pieces/')) {
        deleted += 1;
        // The whole process stands still for longer than anybody waits for it.
        const until = performance.now() + 80;
        while (performance.now() < until);
      }
      return store.delete(key);
    },
  };
  const stopped = open({
    deletingStore: slow,
    terms: { suspectSeconds: 0.05, renewSeconds: 1_000, watchSeconds: 0.05 },
  });
  await expect(stopped.collect({ dryRun: false })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  expect(deleted).toBeLessThan(20);
});
