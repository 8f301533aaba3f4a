import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../src/adapters/host/command.ts';
import { eventually } from '../serve.ts';
import { openRestoreGround } from './restore-ground.ts';

// A restore to a new environment and a clone are the same work; both end in a copy that serves, or in none.

let ground: Awaited<ReturnType<typeof openRestoreGround>>;

beforeAll(async () => {
  ground = await openRestoreGround(
    'objectives: { rpo: 1d, rto: 1h }\nbackup: { method: logical, every: 1d, repository: main }',
  );
  const { code, err } = await ground.up();
  expect(code, err).toBe(0);
  const taken = await ground.run('backup', 'run', 'acme', '--json');
  expect(taken.code, taken.err).toBe(0);
}, 1_500_000);

afterAll(async () => {
  await ground?.close();
}, 200_000);

const listed = async () => {
  const { copies } = JSON.parse((await ground.bare('clone', 'list', '--json')).out) as {
    copies: { name: string; state: string }[];
  };
  return copies;
};

/** Programs whose command line names the directory: of an isolated place, or of a copy. */
const programsIn = (directory: string): Promise<readonly string[]> =>
  runCommand({ command: ['pgrep', '-f', '--', directory], timeoutSeconds: 10 }).catch(() => []);

describe('kill -9 of a restore to a new environment', { timeout: 600_000 }, () => {
  test.each([
    ['Restore the database in a place of its own'],
    ['Put it in its place'],
    ['Start it, and wait until it serves'],
  ])('in "%s": it counts nowhere, and the same command brings it up and leaves nothing', async (step) => {
    const args = ['clone', 'acme', '--to', 'acme-doomed', '--expires', '2h'];
    const doomed = ground.start(...args);
    while (doomed.child.exitCode === null && !doomed.told().includes(step)) await sleep(20);
    expect(doomed.child.exitCode, doomed.told()).toBeNull();
    doomed.child.kill('SIGKILL');
    await doomed.ended;
    for (const { state } of await listed()) expect(state).not.toBe('active');
    const places = join(ground.state, 'drills');
    await eventually(30, async () => ((await programsIn(places)).length > 0 ? undefined : true));

    const made = await ground.run(...args, '--json');
    expect(made.code, made.err + made.out).toBe(0);
    expect(await ground.serves((JSON.parse(made.out) as { url: string }).url)).toBe(200);
    expect(await listed()).toMatchObject([{ name: 'acme-doomed', state: 'active' }]);
    expect(await readdir(places)).toEqual([]);

    const gone = await ground.bare('clone', 'remove', 'acme-doomed', '--yes', 'acme-doomed');
    expect(gone.code, gone.err).toBe(0);
    expect(await readdir(ground.state)).not.toContain('acme-doomed');
    expect(await programsIn(join(ground.state, 'acme-doomed'))).toEqual([]);
    expect(await ground.serves(ground.url)).toBe(200);
  });
});
