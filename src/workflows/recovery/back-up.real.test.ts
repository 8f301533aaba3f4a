import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabDatabase, startLab } from '../../../test/lab/index.ts';
import { startChurn } from '../../../test/recovery/churn.ts';
import { createBackupSource, createDumpInspector, createSpool } from '../../adapters/backup-source/index.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { createMemoryBackupRepository } from '../../adapters/repository/memory-repository.ts';
import { createSecret } from '../../core/kernel/index.ts';
import { backupId, filestoreName, parseIndexLine } from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { BackupSource } from '../../ports/backup-source.ts';
import { backUp } from './back-up.ts';
import type { BackUpDeps } from './parts.ts';
import { readLines, readStored } from './read-content.ts';
import { verifyBackup } from './verify-backup.ts';

let lab: Lab;
let database: LabDatabase;
let scratch: string;
beforeAll(async () => {
  lab = await startLab();
  database = await lab.createDatabase();
  scratch = await mkdtemp(join(tmpdir(), 'plimsoll-backup-'));
});
afterAll(async () => {
  await database.drop();
  await rm(scratch, { recursive: true, force: true });
});

/** PostgreSQL's own programs, with `pg_dump` narrowed to one table: a hundred dumps of five hundred tables take minutes. */
async function narrowPrograms(): Promise<string> {
  const programs = join(scratch, 'programs');
  await mkdir(programs, { recursive: true });
  const real = '/usr/lib/postgresql/15/bin';
  const tables = ['ir_attachment', 'ir_module_module', 'res_users', 'ir_config_parameter'].map(
    (table) => `--table=public.${table}`,
  );
  await writeFile(join(programs, 'pg_dump'), `#!/bin/sh\nexec ${real}/pg_dump ${tables.join(' ')} "$@"\n`);
  await writeFile(join(programs, 'pg_restore'), `#!/bin/sh\nexec ${real}/pg_restore "$@"\n`);
  for (const name of ['pg_dump', 'pg_restore']) await chmod(join(programs, name), 0o755);
  return programs;
}

async function partsOf(options: { readonly programs?: string; readonly narrow?: boolean } = {}) {
  const { programs } = options;
  const source = createBackupSource({
    url: createSecret('url', database.url),
    filestoreDirectory: database.filestoreDirectory,
    programs,
  });
  const repository = await createMemoryBackupRepository(systemClock);
  const deps: BackUpDeps = {
    clock: systemClock,
    store: createMemoryStore(),
    source: options.narrow === true ? countingOnly(source) : source,
    repository,
    spool: createSpool(join(scratch, 'spool')),
    inspector: createDumpInspector(programs),
    surroundings: async () => ({
      configuration: [],
      software: [],
      estateDocuments: 0,
      build: undefined,
      addons: [],
      integrations: [],
      declaredIntegrations: [],
    }),
  };
  return { deps, source, repository };
}

/** The narrowed dump holds no other tables, so that the others are not counted either. */
function countingOnly(source: BackupSource): BackupSource {
  return {
    ...source,
    openSnapshot: async (options) => {
      const snapshot = await source.openSnapshot(options);
      const describeIt: typeof snapshot.describe = async (given) => {
        const facts = await snapshot.describe(given);
        return { ...facts, rowCounts: facts.rowCounts.filter(({ table }) => table === 'ir_attachment') };
      };
      return { ...snapshot, describe: describeIt };
    },
  };
}

let taken = 0;
function requestOf(signal?: AbortSignal) {
  taken += 1;
  const id = backupId(systemClock.now(), 'logical', `${randomBytes(3).toString('hex')}${taken}`);
  return {
    estate: 'lab',
    environment: 'acme',
    id,
    writer: 'test',
    actor: { kind: 'cli', name: 'test' } as const,
    jobs: 2,
    report: () => {},
    signal,
  };
}

async function namesIn(repository: BackupRepository, id: string): Promise<ReadonlySet<string>> {
  const { manifest } = await repository.read('acme', id);
  const names = new Set<string>();
  for await (const line of readLines(readStored(repository, manifest.filestore.index))) {
    const file = parseIndexLine(line);
    if (file !== undefined) names.add(filestoreName(file.sha1));
  }
  return names;
}

describe('a pair that is taken while attachments come and go and Odoo collects files (BKP-08)', () => {
  test('misses no file in a hundred runs; with the lock given up at once, files go missing', {
    timeout: 600_000,
  }, async () => {
    const programs = await narrowPrograms();
    const { deps, source, repository } = await partsOf({ programs, narrow: true });
    const stop = await startChurn(lab.layout, database.name);
    const lost: string[] = [];
    let withoutLock = 0;
    // What comes between the bulk copy and the snapshot is what only the lock protects: both ways wait the same.
    const waiting = (isLocked: boolean): BackupSource => ({
      ...deps.source,
      openSnapshot: async (options) => {
        const snapshot = await deps.source.openSnapshot(options);
        if (!isLocked) await snapshot.releaseLock();
        await sleep(60);
        return snapshot;
      },
    });
    try {
      for (let run = 1; run <= 100; run += 1) {
        const manifest = await backUp({ ...deps, source: waiting(true) }, requestOf());
        lost.push(...manifest.filestore.missing);
      }
      // It ends with the first file that went missing; a churn that gets little of the machine takes more rounds to it.
      for (let run = 1; run <= 80 && withoutLock === 0; run += 1) {
        const manifest = await backUp({ ...deps, source: waiting(false) }, requestOf());
        withoutLock += manifest.filestore.missing.length;
      }
    } finally {
      expect(await stop()).toContain('PLIMSOLL-CHURN-DONE 0');
    }
    expect(lost).toEqual([]);
    expect(withoutLock).toBeGreaterThan(0);
    // The dump itself, not our reading of the database, names nothing that the pair does not have: fifty times no false alarm.
    const good = (await repository.list('acme')).good.filter(({ manifest }) => manifest.filestore.missing.length === 0);
    expect(good.length).toBeGreaterThanOrEqual(100);
    for (const { manifest } of good.slice(0, 50)) {
      const request = { environment: 'acme', backup: manifest.id, report: () => {} };
      expect((await verifyBackup(deps, request)).problems).toEqual([]);
      expect((await namesIn(repository, manifest.id)).size).toBe(manifest.filestore.files);
    }
    await source.close();
  });
});

describe('a backup of a whole logistics database', () => {
  test('is intact, and a lost object is named with the attachments of the real Odoo', async () => {
    const { deps, source, repository } = await partsOf();
    const manifest = await backUp(deps, requestOf());
    const verify = () => verifyBackup(deps, { environment: 'acme', backup: manifest.id, report: () => {} });
    expect(await verify()).toMatchObject({ isIntact: true, problemCount: 0 });
    const again = await backUp(deps, requestOf());
    expect(again.addedBytes).toBeLessThan(manifest.addedBytes / 2);
    const [victim] = (await namesIn(repository, manifest.id)).values();
    for await (const line of readLines(readStored(repository, manifest.filestore.index))) {
      const file = parseIndexLine(line);
      if (file === undefined || filestoreName(file.sha1) !== victim) continue;
      for (const key of repository.objects.keys()) {
        if (key.includes(file.pieces[0]?.sha256 ?? 'none')) repository.objects.delete(key);
      }
    }
    const [problem] = (await verify()).problems;
    expect(problem).toMatchObject({ what: 'filestore', name: victim, state: 'missing' });
    expect(problem?.attachments[0]).toMatchObject({ id: expect.any(Number), name: expect.stringMatching(/./) });
    expect(await readdir(join(scratch, 'spool'))).toEqual([]);
    await source.close();
  });

  test('an empty dump with exit code 0 is refused (BKP-07)', async () => {
    const programs = join(scratch, 'lying');
    await mkdir(programs);
    await writeFile(join(programs, 'pg_dump'), '#!/bin/sh\nexit 0\n');
    await writeFile(join(programs, 'pg_restore'), '#!/bin/sh\nexec /usr/lib/postgresql/15/bin/pg_restore "$@"\n');
    for (const name of ['pg_dump', 'pg_restore']) await chmod(join(programs, name), 0o755);
    const { deps, source, repository } = await partsOf({ programs });
    await expect(backUp(deps, requestOf())).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
    expect((await repository.list('acme')).good).toEqual([]);
    expect(await readdir(join(scratch, 'spool'))).toEqual([]);
    await source.close();
  });
});
