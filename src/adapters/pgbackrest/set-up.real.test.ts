import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { quiet } from '../../../test/recovery/archived-cluster.ts';
import { hostUsers } from '../../core/compile/host/index.ts';
import { hostPackages } from '../../core/provision/index.ts';
import { installPackages, missingPackages } from '../host/apt.ts';
import { runCommand } from '../host/command.ts';
import { physicalDirectoryFor } from '../host/places.ts';
import { apartRoot } from '../machine/apart.ts';
import { makeRepositoryDirectory } from './set-up.ts';

const made: string[] = [];
beforeAll(async () => {
  const missing = await missingPackages(hostPackages);
  if (missing.length > 0) await installPackages(missing, quiet);
}, 600_000);
afterEach(async () => {
  for (const path of made.splice(0)) await rm(path, { recursive: true, force: true });
});

/** A directory of a test; only its owner, root, may enter it. */
async function closedDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-closed-'));
  made.push(directory);
  return directory;
}

/** What pgBackRest does first, as the user that it runs as. */
const write = (directory: string): Promise<unknown> =>
  runCommand({ command: ['touch', join(directory, 'info')], timeoutSeconds: 10, user: hostUsers.postgres });

describe("the directory of physical backups, which PostgreSQL's own user writes", () => {
  test('can be written where its parents had to be made', async () => {
    const open = await closedDirectory();
    await chmod(open, 0o755);
    const directory = join(open, 'new', 'physical');
    await makeRepositoryDirectory({ repository: { kind: 'directory', directory } });
    await expect(write(directory)).resolves.toBeDefined();
  });

  test('can be written for a checkout that only root may enter, also where its place apart was closed once', async () => {
    const checkout = await closedDirectory();
    const directory = await physicalDirectoryFor(checkout, join(checkout, 'backups'));
    expect(directory.startsWith(apartRoot), directory).toBe(true);
    const place = dirname(directory);
    made.push(place);
    await mkdir(place, { recursive: true });
    await chmod(place, 0o700);
    await makeRepositoryDirectory({ repository: { kind: 'directory', directory } });
    await expect(write(directory)).resolves.toBeDefined();
  });
});
