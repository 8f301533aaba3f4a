import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runProgram } from '../../src/apps/cli/program.ts';
import { routes } from '../../src/apps/contract/index.ts';
import { eventually } from '../serve.ts';
import { codesOf, serveGround } from './restore-api.ts';
import { openRestoreGround } from './restore-ground.ts';

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

const note = (name: string): Promise<unknown> =>
  ground.askSource(`insert into ir_config_parameter (key, value) values ('instant.${name}', 'yes')`);
const notes = "select key from ir_config_parameter where key like 'instant.%' order by key";
const keysOf = (rows: readonly Record<string, unknown>[]): readonly unknown[] => rows.map(({ key }) => key);
/** Business that is written now: what a loss is measured by. */
const work = (): Promise<unknown> =>
  ground.askSource("update stock_picking set write_date = now() at time zone 'utc' where id = 1");

beforeAll(async () => {
  ground = await openRestoreGround('backup: { method: physical, repository: main }\nobjectives: { rpo: 2s, rto: 1h }');
  const { code, err } = await ground.up();
  expect(code, err).toBe(0);
  await note('in-the-backup');
  const taken = await ground.run('backup', 'run', 'acme', '--method', 'logical', '--json');
  expect(taken.code, taken.err).toBe(0);
  backup = (JSON.parse(taken.out) as { id: string }).id;
  const physical = await ground.run('backup', 'run', 'acme', '--method', 'physical', '--json');
  expect(physical.code, physical.err).toBe(0);
  await note('before');
  await sleep(1_100);
  between = Temporal.Now.instant();
  await sleep(1_100);
  await note('after');
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
    const { copies } = JSON.parse((await ground.bare('clone', 'list', '--json')).out) as {
      copies: { name: string; state: string; ports: { postgres: number }; database: string }[];
    };
    const [copy] = copies;
    expect(copy).toMatchObject({ name: 'acme-then', state: 'active', purpose: 'clone', isLive: false });
    const ask = (text: string) => ground.ask('acme-then', copy?.ports.postgres ?? 0, copy?.database ?? '', text);
    // RST-05: a record before the instant is there, one after it is not.
    expect(keysOf(await ask(notes))).toEqual(['instant.before', 'instant.in-the-backup']);
    const mark = "select value from ir_config_parameter where key = 'database.is_neutralized'";
    expect(await ask(mark)).toEqual([{ value: 'true' }]);
    // Its cluster is as durable as any, although the place it was made in was not.
    expect(await ask('show fsync')).toEqual([{ fsync: 'on' }]);

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

describe('the same by the API of a server that runs', { timeout: 600_000 }, () => {
  const params = { name: 'acme' };
  let served: Awaited<ReturnType<typeof serveGround>>;
  beforeAll(async () => {
    served = await serveGround(ground);
  }, 120_000);
  afterAll(async () => void (await served?.close()));

  test('EST-11, RST-05: a clone at an instant is planned, made, serves neutralised, and is removed', async () => {
    const api = await served.as('operator');
    const body = { target: 'acme-by-api', at: between.toString(), expiresInSeconds: 7_200 };
    const { plan, refusals } = await api.call(routes.planRestore, { params, body: { mode: 'clone', ...body } });
    const reachesAt = between.toString({ smallestUnit: 'millisecond' });
    expect([plan?.method, plan?.reachesAt, refusals]).toEqual(['physical', reachesAt, []]);
    const { id } = await api.call(routes.makeClone, { params, body });
    expect(await codesOf(api.call(routes.makeClone, { params, body }))).toContain('TASK_UNDER_WAY');
    const ended = await served.ended(id);
    expect(ended, served.written().errors).toMatchObject({ kind: 'clone', state: 'succeeded', target: body.target });
    expect(ended.requestedBy).toEqual({ kind: 'token', name: 'operator' });
    const { items } = await api.call(routes.listClones, { query: { source: 'acme' } });
    const [clone] = items;
    expect(clone).toMatchObject({ name: body.target, state: 'active', isLive: false });
    expect(clone?.expiresAt).not.toBeNull();
    expect(await ground.serves(clone?.url ?? '')).toBe(200);
    const { copies } = JSON.parse((await ground.bare('clone', 'list', '--json')).out) as {
      copies: { ports: { postgres: number }; database: string }[];
    };
    const [copy] = copies;
    const ask = (text: string) => ground.ask(body.target, copy?.ports.postgres ?? 0, copy?.database ?? '', text);
    expect(keysOf(await ask(notes))).toEqual(['instant.before', 'instant.in-the-backup']);
    const mark = "select value from ir_config_parameter where key = 'database.is_neutralized'";
    expect(await ask(mark)).toEqual([{ value: 'true' }]);
    await api.call(routes.removeClone, { params: { name: body.target }, body: { confirm: body.target } });
    expect(await readdir(ground.state)).not.toContain(body.target);
  });

  test('in place is refused to who may only make copies, without the typed name, and with loss that nobody agreed to', async () => {
    await work();
    const api = await served.as('administrator');
    const inPlace = (body: { readonly confirm: string; readonly acknowledgeLossSeconds?: number }) =>
      codesOf(api.call(routes.startRestoreInPlace, { params, body: { backup, ...body } }));
    const operator = await served.as('operator');
    const denied = operator.call(routes.startRestoreInPlace, { params, body: { backup, confirm: 'acme' } });
    expect(await codesOf(denied)).toEqual(['PERMISSION_DENIED']);
    expect(await inPlace({ confirm: 'acme-then' })).toEqual(['CONSENT_REQUIRED']);
    expect(await inPlace({ confirm: 'acme' })).toEqual(['LOSS_EXCEEDS_RPO']);
    expect(await inPlace({ confirm: 'acme', acknowledgeLossSeconds: 1 })).toEqual(['LOSS_EXCEEDS_RPO']);
    expect(await ground.serves(ground.url)).toBe(200);
    expect(keysOf(await ground.askSource(notes))).toHaveLength(3);
  });

  test('RST-04: a controller killed in the middle of one in place settles it when it is back, and does not begin it again', async () => {
    const api = await served.as('administrator');
    const body = { backup, confirm: 'acme', acknowledgeLossSeconds: 86_400 };
    const { id } = await api.call(routes.startRestoreInPlace, { params, body });
    await eventually(300, async () => {
      const { step } = await served.task(id);
      return step?.toLowerCase().includes('restore the database') ? true : undefined;
    });
    await served.killed();
    const ended = await served.ended(id);
    expect(ended).toMatchObject({ state: 'failed' });
    expect(ended.outcome).toContain('what was there before is in its place and serves');
    expect(await ground.serves(ground.url)).toBe(200);
    expect(keysOf(await ground.askSource(notes))).toHaveLength(3);
  });
});

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
  test('more loss than the tier allows, and a name that was not typed, are refused before anything is touched', async () => {
    await work();
    const inPlace = ['restore', 'acme', '--in-place', '--backup', backup];
    const loss = await ground.run(...inPlace, '--yes', 'acme');
    expect([loss.code, loss.out]).toEqual([1, expect.stringContaining('LOSS_EXCEEDS_RPO')]);
    const untyped = await ground.run(...inPlace, '--accept-loss', '1h');
    expect([untyped.code, untyped.err]).toEqual([2, expect.stringContaining('CONSENT_REQUIRED')]);
    expect(await ground.serves(ground.url)).toBe(200);
    expect(keysOf(await ground.askSource(notes))).toHaveLength(3);
  });

  test('to an instant: what was given up by it can be had as it was, and from now on the log goes on from there', async () => {
    const inGivenUp = Temporal.Now.instant();
    const inPlace = ['restore', 'acme', '--in-place', '--at', between.toString(), '--accept-loss', '1h'];
    const restored = await ground.run(...inPlace, '--yes', 'acme', '--json');
    expect(restored.code, restored.err + restored.out).toBe(0);
    const kept = ['instant.before', 'instant.in-the-backup'];
    expect(keysOf(await ground.askSource(notes))).toEqual(kept);
    // Nothing is listed of what is in place now: the safety backup is of what was just given up, and not taken for it.
    await expectGivenUp();
    // The one that the restore took is no backup before it has its files.
    expect((await ground.run('backup', 'mark', 'acme')).err).toContain('A restore in place gave up');
    const taken = await ground.run('backup', 'run', 'acme', '--method', 'physical', '--kind', 'incremental');
    expect(taken.code, taken.err).toBe(0);
    await note('new');
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
      const { copies } = JSON.parse((await ground.bare('clone', 'list', '--json')).out) as {
        copies: { ports: { postgres: number }; database: string; state: string }[];
      };
      const copy = copies.find(({ state }) => state === 'active') ?? expect.fail();
      expect(keysOf(await ground.ask('acme-old', copy.ports.postgres, copy.database, notes))).toEqual(expected);
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
    expect(keysOf(await ground.askSource(notes))).toEqual(['instant.in-the-backup']);
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
    await note('unasked');
    const quiet = { write: () => true };
    const inPlace = () =>
      runProgram(
        ['restore', 'acme', '--in-place', '--backup', backup, '--accept-loss', '2h', '--estate', ground.estate],
        AbortSignal.timeout(300_000),
        { streams: { stdout: quiet, stderr: quiet }, environment: { PLIMSOLL_STATE: ground.state, NO_COLOR: '1' } },
      );
    expect(await inPlace()).toBe(2);
    expect(keysOf(await ground.askSource(notes))).toEqual(['instant.in-the-backup', 'instant.unasked']);
    guard.isOff = true;
    expect(await inPlace().finally(() => (guard.isOff = false))).toBe(0);
    expect(keysOf(await ground.askSource(notes))).toEqual(['instant.in-the-backup']);
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
