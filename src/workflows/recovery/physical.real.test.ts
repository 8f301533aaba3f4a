import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChurn } from '../../../test/recovery/churn.ts';
import { openPhysicalGround, type PhysicalGround } from '../../../test/recovery/physical-ground.ts';
import { stepThrough } from '../../../test/recovery/step-through.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { asSuperuser, type Sql } from '../../adapters/host/cluster.ts';
import {
  type BackupKind,
  type BackupManifest,
  backupId,
  type FilestoreMark,
  type FilestoreSet,
  isPhysical,
  parseIndexLine,
} from '../../core/recovery/index.ts';
import type { BackupSource } from '../../ports/backup-source.ts';
import { backUp } from './back-up.ts';
import { runDrill } from './drill.ts';
import { logFaults } from './fault-matrix.fixture.ts';
import { markFiles } from './mark-files.ts';
import { indexLines } from './sync-filestore.ts';
import { verifyBackup } from './verify-backup.ts';

/** Marks under churn, each of which is recovered to. */
const rounds = 6;

let ground: PhysicalGround;
let first: BackupManifest;
beforeAll(async () => {
  ground = await openPhysicalGround();
}, 1_500_000);
afterAll(() => ground?.close(), 120_000);

let taken = 0;
function take(kind: BackupKind): Promise<BackupManifest> {
  taken += 1;
  return backUp(ground.backup, {
    estate: 'lab',
    environment: 'lab',
    id: backupId(systemClock.now(), 'physical', `test${taken}`),
    writer: 'test',
    actor: { kind: 'cli', name: 'test' },
    wanted: { method: 'physical', kind },
    jobs: 2,
    report: () => {},
  });
}

const verify = ({ id }: BackupManifest) =>
  verifyBackup(
    { ...ground.backup, openArchive: ground.drill.openArchive },
    { environment: 'lab', backup: id, report: () => {} },
  );

const request = { environment: 'lab', writer: 'marker' };

function markDeps() {
  const { physical } = ground.backup;
  if (physical === undefined) throw new Error('there is no archived cluster');
  return { ...ground.backup, physical };
}

async function mark(deps = markDeps()): Promise<FilestoreMark> {
  return (await markFiles(deps, request)) ?? expect.fail('there is no physical backup');
}

/** The lock is given up before the files are copied. */
function carelessSource(source: BackupSource): BackupSource {
  return {
    ...source,
    openSnapshot: async (options) => {
      const snapshot = await source.openSnapshot(options);
      await snapshot.releaseLock();
      await sleep(200);
      return snapshot;
    },
  };
}

/** On a busy machine the first attachments come some time after Odoo's shell. */
async function untilThereIsChurn(): Promise<void> {
  const count = (sql: Sql) =>
    sql<{ made: number }[]>`select count(*)::int as made from ir_attachment where name = 'churn'`;
  for (let tries = 0; tries < 300; tries += 1) {
    const [row] = await asSuperuser(ground.layout, count, 'acme');
    if ((row?.made ?? 0) > 0) return;
    await sleep(200);
  }
  throw new Error('no attachment came');
}

/** Marks with care, and then without it until files were lost. */
async function markUnderChurn() {
  const stop = await startChurn(ground.layout, 'acme');
  const deps = markDeps();
  const marks: FilestoreMark[] = [];
  let lost = 0;
  try {
    await untilThereIsChurn();
    for (let round = 0; round < rounds; round += 1) marks.push(await mark());
    for (let round = 0; round < 10 && lost === 0; round += 1) {
      lost += (await mark({ ...deps, source: carelessSource(deps.source) })).filestore.missing.length;
    }
  } finally {
    expect(await stop()).toContain('PLIMSOLL-CHURN-DONE 0');
  }
  return { marks, lost };
}

/** Some file of the filestore, and what Odoo's table says about who uses it. */
async function usersOfOneFile() {
  const ask = async (sql: Sql) => {
    const [first] = await sql<{ file: string }[]>`select min(store_fname) as file from ir_attachment`;
    const file = first?.file ?? 'none';
    const rows = await sql`select id, name, res_model as model, res_id as record from ir_attachment
      where store_fname = ${file} order by id`;
    return [rows.map((row) => ({ ...row })), file] as const;
  };
  return asSuperuser(ground.layout, ask, 'acme');
}

const namesAt = async (sql: postgres.Sql): Promise<readonly string[]> => {
  const rows = await sql<{ sha1: string }[]>`
    select distinct substr(store_fname, 4) as sha1 from ir_attachment where store_fname is not null`;
  return rows.map(({ sha1 }) => sha1);
};

const sha1sOf = async (set: FilestoreSet): Promise<ReadonlySet<string>> =>
  new Set((await indexLines(ground.repository, set, undefined)).keys());

describe('a physical backup of the real Odoo (BKP-02, BKP-08)', () => {
  test('is intact', { timeout: 300_000 }, async () => {
    first = await take('full');
    expect(first.database).toMatchObject({ method: 'physical', kind: 'full' });
    expect(first.filestore).toMatchObject({ missing: [] });
    expect(await verify(first)).toMatchObject({ isIntact: true, problems: [], namesAttachments: true });
  });

  test('names the attachments, their models and records, where the object of a file is gone from the repository', {
    timeout: 300_000,
  }, async () => {
    const [rows, file] = await usersOfOneFile();
    const line = (await indexLines(ground.repository, first.filestore, undefined)).get(file.slice(3)) ?? expect.fail();
    const sha256 = parseIndexLine(line)?.pieces[0]?.sha256 ?? 'none';
    const { objects } = ground.repository;
    const [key, object] = [...objects].find(([name]) => name.endsWith(sha256)) ?? expect.fail();
    objects.delete(key);
    const { isIntact, problems } = await verify(first).finally(() => objects.set(key, object));
    expect(isIntact).toBe(false);
    expect(problems).toMatchObject([{ what: 'filestore', name: file, state: 'missing' }]);
    expect(problems[0]?.attachments).toEqual(rows);
    expect(rows.length).toBeGreaterThan(0);
  });

  test('marked while attachments come and go and Odoo collects files, it comes back at each mark with every file that the database names then; without the lock, files go missing', {
    timeout: 500_000,
  }, async () => {
    const { marks, lost } = await markUnderChurn();
    expect(lost).toBeGreaterThan(0);
    expect(marks.flatMap(({ filestore }) => filestore.missing)).toEqual([]);
    if (!isPhysical(first)) throw new Error('it is a dump');
    const backup = { label: first.database.label, database: 'acme' };
    const instants = [first.consistentAt, ...marks.map(({ at }) => at)];
    const [atBackup = [], ...atMarks] = await stepThrough(ground.cluster, backup, instants, namesAt);
    const base = await sha1sOf(first.filestore);
    expect(atBackup.filter((sha1) => !base.has(sha1))).toEqual([]);
    expect(atMarks).toHaveLength(rounds);
    for (const [index, named] of atMarks.entries()) {
      const own = await sha1sOf(marks[index]?.filestore ?? expect.fail());
      const since = named.filter((sha1) => !base.has(sha1));
      // Otherwise nothing was proven: what came since the backup is named.
      expect(since.length).toBeGreaterThan(0);
      expect(since.filter((sha1) => !own.has(sha1))).toEqual([]);
    }
  });

  test('a drill brings a serving Odoo back at the last mark, from what the repository and the age identity give (RST-01, RST-02)', {
    timeout: 300_000,
  }, async () => {
    const { at } = await mark();
    const report = await runDrill(ground.drill, ground.environment);
    expect(report.reasons).toEqual([]);
    expect(report).toMatchObject({ verdict: 'verified', backup: first.id });
    expect(report.checks.find(({ name }) => name === 'recovered.instant')?.detail).toContain(`${at}`);
    expect(report.rtoAchievedSeconds).toBeGreaterThan(1);
    await ground.expectNothingLeft();
  });
});

describe('seeded faults of the log (BKP-03, RST-03)', { timeout: 300_000 }, () => {
  test.each(logFaults)('$name: found by verify and by the drill, and named', async ({ state, change }) => {
    const { database } = first;
    const segment = database.method === 'physical' ? database.walStop : '';
    const name = (await readdir(ground.segments)).find((each) => each.startsWith(segment)) ?? 'none';
    const file = join(ground.segments, name);
    const good = await readFile(file);
    const bad = change(good);
    // Written in place: the file stays PostgreSQL's own.
    await (bad === undefined ? rename(file, `${file}.away`) : writeFile(file, bad));
    try {
      const { problems } = await verify(first);
      expect(problems).toContainEqual(expect.objectContaining({ what: 'log', name: segment, state }));
      const report = await runDrill(ground.drill, ground.environment, { backup: first.id });
      expect(report.verdict).toBe('not-recoverable');
      expect(report.reasons.join()).toContain(`log ${segment} is ${state}`);
      await ground.expectNothingLeft();
    } finally {
      await (bad === undefined ? rename(`${file}.away`, file) : writeFile(file, good));
    }
    expect(await verify(first)).toMatchObject({ isIntact: true, problems: [] });
  });
});
