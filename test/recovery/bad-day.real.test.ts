import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { runCommand } from '../../src/adapters/host/command.ts';
import { dropDatabase } from '../../src/adapters/host/odoo-database.ts';
import { postgresBinaries } from '../../src/adapters/host/places.ts';
import { createDirectoryObjectStore } from '../../src/adapters/object-store/directory-object-store.ts';
import { createBackupRepository } from '../../src/adapters/repository/backup-repository.ts';
import { generateKeys } from '../../src/adapters/repository/memory-repository.ts';
import { hostPaths, hostUsers } from '../../src/core/compile/host/index.ts';
import { type Lab, type LabDatabase, startLab } from '../lab/index.ts';
import { barePlimsoll } from './bare-plimsoll.ts';
import { backUpLab } from './lab-backup.ts';

describe('the day on which the control plane is lost as well (RST-06)', { timeout: 300_000 }, () => {
  let lab: Lab;
  let source: LabDatabase;
  let directory = '';
  const restored = `lab_copy_rescued${process.pid}`;
  beforeAll(async () => {
    lab = await startLab();
    source = await lab.createDatabase();
    directory = await mkdtemp(join(tmpdir(), 'plimsoll-bad-day-'));
  });
  afterAll(async () => {
    await source.drop();
    await dropDatabase(lab.layout, restored);
    await rm(directory, { recursive: true, force: true });
  });

  test('the repository, its key and the command line bring a serving Odoo back', async () => {
    const { publicSigningKey, ...keys } = await generateKeys();
    const store = createDirectoryObjectStore(join(directory, 'backups'));
    await backUpLab(createBackupRepository({ name: 'main', store, clock: systemClock, ...keys }), source);
    await writeFile(join(directory, 'key.txt'), `${keys.identities[0]?.reveal()}\n`);
    await writeFile(join(directory, 'signer.pem'), publicSigningKey);
    const rescue = join(directory, 'rescue');
    const bare = ['--repository', 'backups', '--identity', 'key.txt', '--signer', 'signer.pem'];
    const taken = await barePlimsoll(directory, ['restore', 'lab', '--to-directory', rescue, ...bare]);
    expect(taken.code, taken.out).toBe(0);
    const again = await barePlimsoll(directory, ['restore', 'lab', '--to-directory', rescue, ...bare]);
    expect(again.code, again.out).not.toBe(0);
    expect(again.out).toContain('is there already');

    const template = ['--maintenance-db', await lab.superuserUrl(), '--template=template0', '--owner=odoo', restored];
    await runCommand({ command: [`${postgresBinaries}/createdb`, ...template], timeoutSeconds: 60 });
    const into = ['--no-owner', '--role=odoo', `--dbname=${await lab.superuserUrl(restored)}`, join(rescue, 'dump')];
    // Extensions belong to the superuser; everything else becomes Odoo's by the role.
    await runCommand({ command: [`${postgresBinaries}/pg_restore`, '--jobs=2', ...into], timeoutSeconds: 200 }).catch(
      (error: Error) => {
        if (!error.message.includes('exit code 1')) throw error;
      },
    );
    const filestore = hostPaths(lab.layout).filestore(restored);
    await cp(join(rescue, 'filestore'), filestore, { recursive: true });
    await runCommand({ command: ['chown', '-R', hostUsers.odoo, filestore], timeoutSeconds: 60 });
    const odoo = await lab.bootOdoo({ database: restored });
    try {
      const answer = await fetch(`${odoo.url}/json/2/stock.picking/search_count`, {
        method: 'POST',
        headers: {
          authorization: `bearer ${odoo.apiKey}`,
          'x-odoo-database': restored,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ domain: [['state', '=', 'assigned']] }),
      });
      expect(answer.status).toBe(200);
      expect(Number(await answer.text())).toBeGreaterThan(5);
    } finally {
      await odoo.stop();
    }
  });

  test('the wrong key, and a signer that nobody trusts, are named and take nothing out', async () => {
    const strange = await generateKeys();
    await writeFile(join(directory, 'other-key.txt'), `${strange.identities[0]?.reveal()}\n`);
    await writeFile(join(directory, 'other-signer.pem'), strange.publicSigningKey);
    const take = (...keys: readonly string[]) =>
      barePlimsoll(directory, [
        'restore',
        'lab',
        '--to-directory',
        `out-${keys[1]}`,
        '--repository',
        'backups',
        ...keys,
      ]);
    const wrongKey = await take('--identity', 'other-key.txt', '--signer', 'signer.pem');
    expect(wrongKey.out).toContain('SEAL_WRONG_KEY');
    const stranger = await take('--identity', 'key.txt', '--signer', 'other-signer.pem');
    expect(stranger.out).toContain('MANIFEST_UNTRUSTED');
    expect([wrongKey.code, stranger.code]).not.toContain(0);
    // The next try, with the right key, may have the same name.
    expect((await readdir(directory)).filter((name) => name.startsWith('out-'))).toEqual([]);
  });
});
