import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPhysicalGround, type PhysicalGround } from '../../../test/recovery/physical-ground.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { type BackupKind, type BackupManifest, backupId, isPhysical } from '../../core/recovery/index.ts';
import { backUp } from './back-up.ts';
import { runDrill } from './drill.ts';
import { logFaults } from './fault-matrix.fixture.ts';
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
