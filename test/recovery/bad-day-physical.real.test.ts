import { access, chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { asSuperuser } from '../../src/adapters/host/cluster.ts';
import { createDirectoryObjectStore } from '../../src/adapters/object-store/directory-object-store.ts';
import { createBackupRepository } from '../../src/adapters/repository/backup-repository.ts';
import { generateKeys } from '../../src/adapters/repository/memory-repository.ts';
import { backupId } from '../../src/core/recovery/index.ts';
import { backUp } from '../../src/workflows/recovery/back-up.ts';
import { markFiles } from '../../src/workflows/recovery/mark-files.ts';
import { barePlimsoll } from './bare-plimsoll.ts';
import { openPhysicalGround, type PhysicalGround } from './physical-ground.ts';
import { startExtracted } from './start-extracted.ts';

let ground: PhysicalGround;
let root = '';
let between: Temporal.Instant;

const note = (key: string): Promise<unknown> =>
  asSuperuser(
    ground.layout,
    (sql) => sql`insert into ir_config_parameter (key, value) values (${`instant.${key}`}, 'yes')`,
    'acme',
  );

/** A backup and what was archived after it; then the machine, its cluster and its state are gone, and only a disk is left. */
beforeAll(async () => {
  ground = await openPhysicalGround();
  root = await mkdtemp('/tmp/plimsoll-bad-day-');
  await chmod(root, 0o755);
  const { publicSigningKey, ...keys } = await generateKeys();
  const store = createDirectoryObjectStore(join(root, 'was-elsewhere'));
  const repository = createBackupRepository({ name: 'main', store, clock: systemClock, ...keys });
  const { physical } = ground.backup;
  if (physical === undefined) throw new Error('there is no archived cluster');
  const deps = { ...ground.backup, repository, physical };
  await note('backed-up');
  await backUp(deps, {
    estate: 'lab',
    environment: 'lab',
    id: backupId(systemClock.now(), 'physical', 'badday'),
    writer: 'test',
    actor: { kind: 'cli', name: 'test' },
    wanted: { method: 'physical', kind: 'full' },
    jobs: 2,
    report: () => {},
  });
  await note('marked');
  await markFiles(deps, { environment: 'lab', writer: 'marker' });
  await sleep(1_100);
  between = systemClock.now();
  await sleep(1_100);
  await note('after');
  await ground.cluster.backups.mark();
  await ground.cluster.stop();
  await mkdir(join(root, 'mnt'));
  await rename(join(root, 'was-elsewhere'), join(root, 'mnt/disk'));
  await rename(ground.cluster.repositoryDirectory, join(root, 'mnt/disk-physical'));
  await rm(ground.layout.runtimeDirectory, { recursive: true });
  await writeFile(join(root, 'key.txt'), `${keys.identities[0]?.reveal()}\n`);
  await writeFile(join(root, 'signer.pem'), publicSigningKey);
}, 1_500_000);

afterAll(async () => {
  await ground?.close();
  await rm(root, { recursive: true, force: true });
}, 120_000);

const take = (rescue: string, ...more: readonly string[]) => {
  const bare = ['--repository', 'mnt/disk', '--identity', 'key.txt', '--signer', 'signer.pem'];
  return barePlimsoll(root, ['restore', 'lab', '--to-directory', rescue, ...bare, '--json', ...more]);
};

describe('the day on which the control plane and the source machine are lost (BKP-02, RST-05, RST-06)', {
  timeout: 400_000,
}, () => {
  test.each([
    { what: 'to an instant', at: () => ['--at', between.toString()], notes: ['instant.backed-up', 'instant.marked'] },
    { what: 'to the end of the log', at: () => [], notes: ['instant.after', 'instant.backed-up', 'instant.marked'] },
  ])(
    'the repository, its key and the command line bring the cluster back, $what, with its files',
    async ({ what, at, notes }) => {
      const rescue = join(root, what.replaceAll(' ', '-'));
      const taken = await take(rescue, ...at());
      expect(taken.code, taken.out).toBe(0);
      const answer = JSON.parse(taken.stdout) as { readonly next: readonly string[]; readonly method: string };
      expect(answer.method).toBe('physical');
      const seen = await startExtracted(rescue, answer.next);
      expect(seen).toMatchObject({ notes, missing: [] });
      expect(seen.printed).toMatch(/\bf\b/);
      expect(seen.files).toBeGreaterThan(100);
    },
  );

  test('an instant before the first backup is refused with what can be reached, and nothing is made', async () => {
    const refused = await take(join(root, 'early'), '--at', '2001-01-01T00:00:00Z');
    expect(refused.code).not.toBe(0);
    expect(refused.out).toContain('INSTANT_OUT_OF_REACH');
    await expect(access(join(root, 'early'))).rejects.toThrow();
  });

  test("without pgBackRest's directory beside it, it is said which one is looked for", async () => {
    await rename(join(root, 'mnt/disk-physical'), join(root, 'mnt/lost'));
    const refused = await take(join(root, 'lost'));
    expect(refused.code).not.toBe(0);
    expect(refused.out).toContain(`${root}/mnt/disk-physical`);
    await expect(access(join(root, 'lost'))).rejects.toThrow();
  });
});
