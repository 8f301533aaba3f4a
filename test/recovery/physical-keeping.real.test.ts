import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { hostPaths } from '../../src/core/compile/host/index.ts';
import { Fault } from '../../src/core/kernel/index.ts';
import { type BackupKind, type BackupManifest, backupId } from '../../src/core/recovery/index.ts';
import type { PhysicalBackups } from '../../src/ports/physical-backup.ts';
import { backUp } from '../../src/workflows/recovery/back-up.ts';
import { runDrill } from '../../src/workflows/recovery/drill.ts';
import { lookAtRecovery } from '../../src/workflows/recovery/look/look.ts';
import { carryOutPrune, type PruneDeps, planPrunes } from '../../src/workflows/recovery/prune.ts';
import { verifyBackup } from '../../src/workflows/recovery/verify-backup.ts';
import { eventually } from '../serve.ts';
import { estateWith } from './look-ground.ts';
import { openPhysicalGround, type PhysicalGround } from './physical-ground.ts';

const environment = 'acme-prod';
let ground: PhysicalGround;
let backups: PhysicalBackups;

beforeAll(async () => {
  ground = await openPhysicalGround();
  backups = ground.cluster.backups;
}, 1_500_000);
afterAll(() => ground?.close(), 120_000);

let taken = 0;
function take(kind: BackupKind, physical: PhysicalBackups = backups): Promise<BackupManifest> {
  taken += 1;
  const source = ground.backup.physical;
  return backUp(
    { ...ground.backup, physical: source && { ...source, backups: physical } },
    {
      estate: 'northsea',
      environment,
      id: backupId(systemClock.now(), 'physical', `kept${taken}`),
      writer: 'test',
      actor: { kind: 'cli', name: 'test' },
      wanted: { method: 'physical', kind },
      jobs: 2,
      report: () => {},
    },
  );
}

const verify = ({ id }: BackupManifest) =>
  verifyBackup(
    { ...ground.backup, openArchive: ground.drill.openArchive },
    { environment, backup: id, report: () => {} },
  );

const manifests = async () => (await ground.repository.list(environment)).good.map(({ manifest }) => manifest);
const labels = async () => (await backups.list()).map(({ label }) => label);
const labelsListed = async () =>
  (await manifests()).flatMap(({ database }) => (database.method === 'physical' ? [database.label] : []));
/** What lies in pgBackRest's directory of backups, finished or not. */
const directories = async () =>
  (await readdir(join(ground.cluster.repositoryDirectory, 'backup/acme'))).filter((name) => /^\d/.test(name));

/** The processes of pgBackRest that do this below a directory, found at once: a moment later they may be done. */
function processesOf(command: string, directory: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.includes(command) && words.some((word) => word.includes(directory));
      } catch {
        // Ended meanwhile.
        return false;
      }
    });
}

describe('kill -9 in the middle of a physical backup', { timeout: 300_000 }, () => {
  test('of pgBackRest: the backup fails with the reason, nothing of it counts, and the next one is taken', async () => {
    let killed = 0;
    const doomed: PhysicalBackups = {
      ...backups,
      take: (kind, { signal }) =>
        backups.take(kind, {
          signal,
          report: () => {
            if (killed > 0) return;
            for (const pid of processesOf('backup', ground.layout.runtimeDirectory)) {
              process.kill(pid, 'SIGKILL');
              killed += 1;
            }
          },
        }),
    };
    await expect(take('full', doomed)).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
    expect(killed).toBeGreaterThan(0);
    expect([await manifests(), await labels()]).toEqual([[], []]);
    const next = await take('full');
    expect(await verify(next)).toMatchObject({ isIntact: true, problems: [] });
    expect(await directories()).toEqual(await labelsListed());
  });

  test('of PostgreSQL: the backup fails with the reason, nothing of it counts, and it is taken once the database is back', async () => {
    const before = (await manifests()).length;
    const data = hostPaths(ground.layout).postgresData;
    let killed = 0;
    const doomed: PhysicalBackups = {
      ...backups,
      take: (kind, { signal }) =>
        backups.take(kind, {
          signal,
          report: () => {
            if (killed > 0) return;
            killed = Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
            process.kill(killed, 'SIGKILL');
          },
        }),
    };
    await expect(take('full', doomed)).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
    expect(killed).toBeGreaterThan(0);
    expect(await manifests()).toHaveLength(before);
    expect(await labels()).toHaveLength(before);
    // Its server processes may take a moment to see that it is gone, and until then none starts in its place.
    await eventually(60, () =>
      ground.cluster.start().then(
        () => true,
        () => undefined,
      ),
    );
    expect(await verify(await take('full'))).toMatchObject({ isIntact: true, problems: [] });
    expect([...(await directories())].sort()).toEqual([...(await labelsListed())].sort());
  });

  test('of whoever watches pgBackRest: the next run waits for none, fails clearly or ends well, and nothing is left over', async () => {
    const program = join(import.meta.dirname, 'doomed-physical.ts');
    const { layout, cluster } = ground;
    const archive = JSON.stringify(cluster.environment.archive);
    const args = [program, archive, JSON.stringify(layout), 'a passphrase of the test'];
    const watcher = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await Promise.race([once(watcher.stdout, 'data'), once(watcher, 'close')]);
    expect(watcher.exitCode).toBeNull();
    watcher.kill('SIGKILL');
    await once(watcher, 'close');
    const before = (await manifests()).length;
    const codes: string[] = [];
    let next: BackupManifest | undefined;
    for (let tries = 0; tries < 60 && next === undefined; tries += 1) {
      next = await take('full').catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error;
        codes.push(error.code);
        return undefined;
      });
      if (next === undefined) await sleep(500);
    }
    expect(codes.filter((code) => code !== 'BACKUP_UNDER_WAY')).toEqual([]);
    expect(await verify(next ?? expect.fail('no backup was taken'))).toMatchObject({ isIntact: true });
    expect(await manifests()).toHaveLength(before + 1);
    // Whatever the one that was left alone came to was taken over, or is gone.
    expect([...(await directories())].sort()).toEqual([...(await labelsListed())].sort());
  });
});

/** Ends the first process that does this as soon as there is one; the work must not end before. */
async function killWithin<Answer>(command: string, work: Promise<Answer>): Promise<Answer> {
  let hasEnded = false;
  const ended = () => {
    hasEnded = true;
  };
  work.then(ended, ended);
  let found: readonly number[] = [];
  while (found.length === 0 && !hasEnded) {
    await sleep(2);
    found = processesOf(command, ground.scratch);
  }
  expect(found, `${command} has ended before`).not.toEqual([]);
  for (const pid of found) process.kill(pid, 'SIGKILL');
  return work;
}

describe('kill -9 of pgBackRest while a physical backup is read says nothing of the backup', {
  timeout: 300_000,
}, () => {
  test.each(['verify', 'verify:local'])(
    '%s: the check fails, calls nothing damaged, and the next one is done',
    async (command) => {
      const last = (await manifests()).at(-1) ?? expect.fail('there is one');
      const check = killWithin(command, verify(last));
      await expect(check).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
      expect(await verify(last)).toMatchObject({ isIntact: true, problems: [] });
      await ground.expectNothingLeft();
    },
  );

  test.each(['restore', 'restore:local'])(
    '%s: the drill is inconclusive, says why, and leaves nothing',
    async (command) => {
      const { verdict, reasons } = await killWithin(
        command,
        runDrill(ground.drill, { ...ground.environment, name: environment }),
      );
      expect(reasons.join()).toMatch(/pgBackRest could not do restore/);
      expect(verdict, reasons.join()).toBe('inconclusive');
      await ground.expectNothingLeft();
    },
  );
});

describe('retention of physical backups (BKP-04)', { timeout: 300_000 }, () => {
  const declared =
    'objectives: { rpo: 5m, rto: 2d }\nbackup: { method: physical, every: 1d, repository: memory, retain: { daily: 1 }, immutableFor: 1m }';

  function pruneDeps(daysLater: number): PruneDeps {
    const { store, clock } = ground.backup;
    const { openArchive } = ground.drill;
    if (openArchive === undefined) throw new Error('the ground opens archives');
    return {
      store,
      clock: { now: () => clock.now().add({ hours: 24 * daysLater }) },
      actor: { kind: 'cli', name: 'test' },
      openRepository: async () => ground.repository,
      describePlace: async () => ({ freeBytes: undefined, bucket: undefined }),
      openPhysical: async () => backups,
      openArchiveIn: async () => openArchive,
    };
  }

  async function plan(daysLater: number) {
    const estate = estateWith(declared);
    const [only] = estate.environments;
    if (only === undefined) throw new Error('there is one');
    const deps = pruneDeps(daysLater);
    const [planned] = await planPrunes(deps, estate, only);
    if (planned === undefined) throw new Error('there is a repository');
    return { deps, planned };
  }

  test('what no rule keeps goes from both repositories with the log that only it needed; a look alone takes nothing away', async () => {
    await take('differential');
    const last = await take('full');
    const before = await manifests();
    const { deps, planned } = await plan(3);
    expect(planned.plan.withdraw.map(({ id }) => id)).toEqual(before.slice(0, -1).map(({ id }) => id));
    expect(await manifests()).toEqual(before);
    expect(await labels()).toHaveLength(before.length);
    const report = await carryOutPrune(deps, planned);
    expect(report).toMatchObject({ failed: [] });
    expect((await manifests()).map(({ id }) => id)).toEqual([last.id]);
    expect(await labels()).toEqual(await labelsListed());
    expect(await directories()).toEqual(await labelsListed());
    const walStart = last.database.method === 'physical' ? last.database.walStart : '';
    expect((await backups.segments()).filter((segment) => segment < walStart)).toEqual([]);
    expect(await verify(last)).toMatchObject({ isIntact: true, problems: [] });
  });

  test('the last good one stays, however old it is', async () => {
    const { planned } = await plan(4_000);
    expect(planned.plan.withdraw).toEqual([]);
    expect(planned.plan.keep).toHaveLength(1);
  });
});

describe("pgBackRest's directory is moved away, alone", { timeout: 300_000 }, () => {
  test('it is found and named; the next backup is a full one that makes it anew, and archiving goes on', async () => {
    await take('full');
    const estate = estateWith('objectives: { rpo: 1d }\nbackup: { method: physical, every: 1d, repository: memory }');
    const [declared] = estate.environments;
    if (declared === undefined) throw new Error('there is one');
    const look = () =>
      lookAtRecovery(
        {
          clock: systemClock,
          store: ground.backup.store,
          actor: { kind: 'controller', name: 'controller' },
          openRepository: async () => ground.repository,
          describePlace: async () => ({ freeBytes: undefined, bucket: undefined }),
          openPhysical: async () => backups,
          openArchiveIn: async () => ground.drill.openArchive ?? expect.fail('it is opened'),
        },
        estate,
        declared,
      );
    expect((await look()).hollow).toEqual([]);
    await rename(ground.cluster.repositoryDirectory, `${ground.cluster.repositoryDirectory}.moved`);
    const view = await look();
    expect(view.hollow).toEqual((await manifests()).map(({ id }) => id));
    // The one that was killed above is the last attempt now: it is begun at once, or after its pause.
    expect(view.plan.due ?? view.plan.next).toMatchObject({ method: 'physical', kind: 'full' });
    const found = await ground.backup.store.findings.list({ includeClosed: false, limit: 99 });
    expect(found.map(({ code }) => code)).toContain('BACKUP_HOLLOW');
    const anew = await take('full');
    expect(await verify(anew)).toMatchObject({ isIntact: true, problems: [] });
    const after = await look();
    expect(after.hollow).toEqual(view.hollow);
    expect(after.plan.due).toBeUndefined();
    expect(after.wal).toMatchObject({ isArchiving: true, gaps: [] });
  });
});
