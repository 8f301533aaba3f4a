import { copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPhysicalGround, type PhysicalGround } from '../../../test/recovery/physical-ground.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { type BackupKind, type BackupManifest, backupId, isPhysical } from '../../core/recovery/index.ts';
import { backUp } from './back-up.ts';
import { runDrill } from './drill.ts';
import { verifyBackup } from './verify-backup.ts';

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

describe('a physical backup of the real Odoo (BKP-02, RST-01, RST-02)', () => {
  test('is intact, and a drill brings a serving Odoo back from what the repository and the age identity give', {
    timeout: 300_000,
  }, async () => {
    first = await take('full');
    if (!isPhysical(first)) throw new Error('it is a dump');
    expect(first.filestore).toMatchObject({ missing: [] });
    expect(await verify(first)).toMatchObject({ isIntact: true, problems: [] });
    const report = await runDrill(ground.drill, ground.environment);
    expect(report.reasons).toEqual([]);
    expect(report).toMatchObject({ verdict: 'verified', backup: first.id });
    expect(report.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(report.rpoAchievedSeconds).not.toBeNull();
    expect(report.rtoAchievedSeconds).toBeGreaterThan(1);
    await ground.expectNothingLeft();
  });
});

/** The archived segments, oldest first, by their files. */
const segmentFiles = async (): Promise<readonly string[]> =>
  (await readdir(ground.segments)).filter((name) => /^[0-9A-F]{24}-/.test(name)).toSorted();

/** The file of the segment that the last backup's instant lies in. */
async function lastSegment(): Promise<{ readonly name: string; readonly file: string }> {
  const { database } = first;
  const name = database.method === 'physical' ? database.walStop : '';
  const file = (await segmentFiles()).find((each) => each.startsWith(name));
  return { name, file: join(ground.segments, file ?? 'none') };
}

describe('seeded faults of the log (BKP-03, RST-03)', { timeout: 300_000 }, () => {
  test('a lost segment is named by verify and by the drill, which is not recoverable', async () => {
    const { name, file } = await lastSegment();
    await rename(file, `${file}.away`);
    try {
      const problems = (await verify(first)).problems;
      expect(problems).toContainEqual(expect.objectContaining({ what: 'log', name, state: 'missing' }));
      const report = await runDrill(ground.drill, ground.environment, { backup: first.id });
      expect(report).toMatchObject({ verdict: 'not-recoverable' });
      expect(report.reasons.join()).toContain(name);
      await ground.expectNothingLeft();
    } finally {
      await rename(`${file}.away`, file);
    }
  });

  test('a corrupt segment is named by verify and by the drill, which is not recoverable', async () => {
    const { name, file } = await lastSegment();
    await copyFile(file, `${file}.good`);
    try {
      const body = await readFile(file);
      await writeFile(file, body.with(Math.floor(body.length / 2), (body[Math.floor(body.length / 2)] ?? 0) ^ 1));
      const problems = (await verify(first)).problems;
      expect(problems).toContainEqual(expect.objectContaining({ what: 'log', name, state: 'altered' }));
      const report = await runDrill(ground.drill, ground.environment, { backup: first.id });
      expect(report).toMatchObject({ verdict: 'not-recoverable' });
      expect(report.reasons.join()).toContain(name);
      await ground.expectNothingLeft();
    } finally {
      await copyFile(`${file}.good`, file);
      await rm(`${file}.good`);
    }
  });

  test('put right again, nothing is wrong', async () => {
    expect(await verify(first)).toMatchObject({ isIntact: true, problems: [] });
  });
});
