import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runProgram } from '../../src/apps/cli/program.ts';
import { describeAsked } from './restore-asked.ts';
import { openRestoreGround } from './restore-ground.ts';
import { notesOf } from './restore-notes.ts';

// Only for what runs in this process, and only once it is switched off: the guard that asks for a typed name.
const guard = vi.hoisted(() => ({ isOff: false }));
vi.mock('../../src/apps/cli/confirm-name.ts', async (importOriginal) => {
  const real = await importOriginal<typeof import('../../src/apps/cli/confirm-name.ts')>();
  const confirmByName: typeof real.confirmByName = (...asked) =>
    guard.isOff ? Promise.resolve() : real.confirmByName(...asked);
  return { ...real, confirmByName };
});

// One environment whose log is archived, brought up once: restores beside it, in its place, and to an instant.

let ground: Awaited<ReturnType<typeof openRestoreGround>>;
let backup = '';
let between: Temporal.Instant;
let inGivenUp: Temporal.Instant;

const notes = notesOf(() => ground);

beforeAll(async () => {
  ground = await openRestoreGround('backup: { method: physical, repository: main }\nobjectives: { rpo: 2s, rto: 1h }');
  const { code, err } = await ground.up();
  expect(code, err).toBe(0);
  await notes.write('in-the-backup');
  const taken = await ground.run('backup', 'run', 'acme', '--method', 'logical', '--json');
  expect(taken.code, taken.err).toBe(0);
  backup = (JSON.parse(taken.out) as { id: string }).id;
  const physical = await ground.run('backup', 'run', 'acme', '--method', 'physical', '--json');
  expect(physical.code, physical.err).toBe(0);
  await notes.write('before');
  await sleep(1_100);
  between = Temporal.Now.instant();
  await sleep(1_100);
  await notes.write('after');
  inGivenUp = Temporal.Now.instant();
}, 1_500_000);

afterAll(async () => {
  await ground?.close();
}, 200_000);

describe('RST-04, EST-11: an environment is brought back beside the one that is there', { timeout: 400_000 }, () => {
  test('it serves on ports of its own, neutralised, with the data of the instant; and is removed again', async () => {
    const at = ['--at', between.toString()];
    const made = await ground.run('clone', 'acme', '--to', 'acme-then', ...at, '--expires', '2h', '--json');
    expect(made.code, made.err + made.out).toBe(0);
    const report = JSON.parse(made.out) as { url: string; method: string; achieved: unknown };
    expect(report).toMatchObject({ method: 'physical', isNeutralised: true, target: 'acme-then' });
    expect(report.achieved).toMatchObject({ rto: 'met' });
    expect(await ground.serves(report.url)).toBe(200);
    const { copies } = JSON.parse((await ground.bare('clone', 'list', '--json')).out) as { copies: object[] };
    expect(copies).toMatchObject([{ name: 'acme-then', state: 'active', purpose: 'clone', isLive: false }]);
    // RST-05: a record before the instant is there, one after it is not.
    expect(await notes.inCopy('acme-then')).toEqual(['instant.before', 'instant.in-the-backup']);
    expect(await notes.isNeutralised('acme-then')).toBe(true);
    // Its cluster is as durable as any, although the place it was made in was not.
    expect(await notes.askCopy('acme-then', 'show fsync')).toEqual([{ fsync: 'on' }]);

    const again = await ground.run('clone', 'acme', '--to', 'acme-then');
    expect(again.err + again.out).toContain('COPY_EXISTS');
    const wrong = await ground.bare('clone', 'remove', 'acme-then', '--yes', 'acme');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('CONSENT_REQUIRED')]);
    expect((await ground.bare('clone', 'stop', 'acme-then')).code).toBe(0);
    expect(await ground.serves(report.url)).toBe(0);
    const removed = await ground.bare('clone', 'remove', 'acme-then', '--yes', 'acme-then');
    expect(removed.code, removed.err).toBe(0);
    expect(await readdir(ground.state)).not.toContain('acme-then');
    const ledger = (await ground.bare('ledger', 'tail', '--limit', '40', '--json')).out;
    for (const entry of ['clone.started', 'clone.succeeded', '"retired"']) expect(ledger).toContain(entry);
  });

  test('a live one is refused while its source serves, and a declared one is not overwritten', async () => {
    const live = await ground.run('restore', 'acme', '--to', 'acme-two', '--live', '--yes', 'acme-two');
    expect([live.code, live.out]).toEqual([1, expect.stringContaining('SOURCE_STILL_SERVES')]);
    expect(await readdir(ground.state)).not.toContain('acme-two');
    const over = await ground.run('restore', 'acme', '--to', 'acme');
    expect([over.code, over.out]).toEqual([1, expect.stringContaining('TARGET_EXISTS')]);
  });
});

describe('RST-04: what is in the way of a restore in place', { timeout: 400_000 }, () => {
  test('more loss than the tier allows, and a name that was not typed, are refused before anything is touched', async () => {
    await notes.work();
    const inPlace = ['restore', 'acme', '--in-place', '--backup', backup];
    const loss = await ground.run(...inPlace, '--yes', 'acme');
    expect([loss.code, loss.out]).toEqual([1, expect.stringContaining('LOSS_EXCEEDS_RPO')]);
    const untyped = await ground.run(...inPlace, '--accept-loss', '1h');
    expect([untyped.code, untyped.err]).toEqual([2, expect.stringContaining('CONSENT_REQUIRED')]);
    expect(await ground.serves(ground.url)).toBe(200);
    expect(await notes.inPlace()).toHaveLength(3);
  });
});

describeAsked(() => ({ ground, notes, backup, between }));

/** Whether the old database stands aside and the new one, in its place, takes connections. */
async function isExchanged(): Promise<boolean> {
  const place = join(ground.state, 'acme');
  const started = await readFile(join(place, 'postgres/data/postmaster.pid'), 'utf8').catch(() => '');
  return (await readdir(place)).includes('set-aside') && /^ready\s*$/m.test(started);
}

async function expectGivenUp(): Promise<void> {
  const planned = await ground.run('restore', 'acme', '--to', 'acme-now', '--dry-run');
  expect([planned.code, planned.out]).toEqual([1, expect.stringContaining('BACKUP_GIVEN_UP')]);
  expect(planned.out).toContain('plimsoll backup run');
  const out = join(ground.directory, 'taken-out');
  const taken = await ground.run('restore', 'acme', '--to-directory', out);
  expect([taken.code, taken.out]).toEqual([1, expect.stringContaining('BACKUP_GIVEN_UP')]);
}

describe('RST-04: an environment is restored in its place', { timeout: 600_000 }, () => {
  test('what was given up by that can be had as it was, and from now on the log goes on from there', async () => {
    const kept = ['instant.before', 'instant.in-the-backup'];
    await notes.write('new');
    expect((await ground.run('backup', 'mark', 'acme')).code).toBe(0);
    const planned = await ground.run('restore', 'acme', '--to', 'acme-old', '--dry-run', '--at', `${inGivenUp}`);
    expect(planned.out).toContain('it is of what a restore in place gave up');
    for (const [at, expected] of [
      [inGivenUp, ['instant.after', ...kept]],
      [undefined, [...kept, 'instant.new']],
    ] as const) {
      const made = await ground.run(
        'clone',
        'acme',
        '--to',
        'acme-old',
        ...(at === undefined ? [] : ['--at', `${at}`]),
      );
      expect(made.code, made.err + made.out).toBe(0);
      expect(await notes.inCopy('acme-old')).toEqual(expected);
      expect((await ground.bare('clone', 'remove', 'acme-old', '--yes', 'acme-old')).code).toBe(0);
    }
  });

  test('killed in the middle, the old or the new is whole; the next run finishes it, and what was there before is a backup', async () => {
    const args = ['restore', 'acme', '--in-place', '--backup', backup, '--accept-loss', '1h', '--yes', 'acme'];
    const doomed = ground.start(...args);
    while (doomed.child.exitCode === null && !(await isExchanged())) await sleep(50);
    expect(doomed.child.exitCode, doomed.told()).toBeNull();
    doomed.child.kill('SIGKILL');
    await doomed.ended;
    const finished = await ground.run(...args);
    expect(finished.code, finished.err + finished.out).toBe(0);
    expect(finished.out).toContain('is finished');
    expect(await ground.serves(ground.url)).toBe(200);
    expect(await notes.inPlace()).toEqual(['instant.in-the-backup']);
    const [neutralised] = await ground.askSource(
      'select count(*)::int as crons from ir_cron where active and cron_name is not null',
    );
    expect(neutralised?.['crons']).toBeGreaterThan(3);
    expect(await readdir(join(ground.state, 'acme'))).not.toContain('set-aside');
    await expectGivenUp();

    // What was there before was backed up first, and can be restored in its turn.
    const { out } = await ground.run('backup', 'list', 'acme', '--json');
    const { backups } = JSON.parse(out) as { backups: { id: string; method: string }[] };
    // One more is of the restore whose controller was killed.
    expect(backups.filter(({ method, id }) => method === 'logical' && id > backup)).toHaveLength(3);
    // The estate's own keys work again, and the log of the new cluster is archived.
    const observed = await ground.bare('probe', 'acme', '--estate', ground.estate, '--json');
    expect(observed.out).toContain('"infrastructure"');
    const state = await ground.run('archive', 'state', 'acme', '--json');
    expect(state.out, state.err).not.toBe('');
    expect(JSON.parse(state.out)).toMatchObject({ wal: { isArchiving: true, gaps: [] } });
  });

  test('with the guard of the typed name switched off, the same command replaces it although nobody agreed', async () => {
    await notes.write('unasked');
    const quiet = { write: () => true };
    const inPlace = () =>
      runProgram(
        ['restore', 'acme', '--in-place', '--backup', backup, '--accept-loss', '2h', '--estate', ground.estate],
        AbortSignal.timeout(300_000),
        { streams: { stdout: quiet, stderr: quiet }, environment: { PLIMSOLL_STATE: ground.state, NO_COLOR: '1' } },
      );
    expect(await inPlace()).toBe(2);
    expect(await notes.inPlace()).toEqual(['instant.in-the-backup', 'instant.unasked']);
    guard.isOff = true;
    expect(await inPlace().finally(() => (guard.isOff = false))).toBe(0);
    expect(await notes.inPlace()).toEqual(['instant.in-the-backup']);
  });

  test("BKP-03: where pgBackRest's directory is gone, physical backups are listed as what they are, and not planned with", async () => {
    await rename(join(ground.directory, 'backups-physical'), join(ground.directory, 'away'));
    const listed = await ground.run('backup', 'list', 'acme');
    expect([listed.code, listed.out]).toEqual([1, expect.stringContaining('not restorable')]);
    expect(listed.out).not.toContain('Any instant');
    const planned = await ground.run('restore', 'acme', '--to', 'acme-old', '--dry-run', '--at', between.toString());
    expect([planned.code, planned.out]).toEqual([1, expect.stringContaining('INSTANT_NOT_EXACT')]);
  });
});
