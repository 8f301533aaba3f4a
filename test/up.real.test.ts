import { spawn } from 'node:child_process';
import { chmod, cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../src/adapters/host/places.ts';
import { startLab } from './lab/index.ts';

const root = resolve(import.meta.dirname, '..');
const main = join(root, 'src/apps/cli/main.ts');

/** A state directory, an estate with ports of its own, and the command line over them. */
async function createSite() {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-up-'));
  // Odoo's own user must get in: then everything is in here, and goes with it.
  await chmod(directory, 0o755);
  const web = await freePort();
  const postgresPort = await freePort();
  const estate = join(directory, 'estate');
  await cp(join(root, 'examples/northsea'), estate, { recursive: true });
  const file = join(estate, 'acme-prod.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace('127.0.0.1:8069', `127.0.0.1:${web}`));
  const state = join(directory, 'state');
  const start = (...args: readonly string[]) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: root,
      env: { ...process.env, PLIMSOLL_STATE: state, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const ended = new Promise<number | null>((done) => child.once('close', done));
    return { child, ended, output: () => output };
  };
  const run = async (...args: readonly string[]) => {
    const { ended, output } = start(...args);
    return { code: await ended, output: output() };
  };
  const up = ['up', estate, '--alone', '--postgres-port', String(postgresPort)];
  const health = () =>
    fetch(`http://127.0.0.1:${web}/web/health?db_server_status=1`, { signal: AbortSignal.timeout(3_000) }).then(
      (response) => response.status,
      () => 0,
    );
  const list = async () => {
    const { output } = await run('component', 'list', 'acme-prod', '--estate', estate, '--json');
    const { components } = JSON.parse(output) as {
      components: { component: string; isAlive: boolean; pid?: number }[];
    };
    return components;
  };
  /** The command on a terminal of its own; what is written to it is typed. */
  const startOnTerminal = (...args: readonly string[]) => {
    // `exec`: a shell that stays in between gets the Ctrl-C too, and dash then ends with 130 whatever its child said.
    const quoted = `exec ${[process.execPath, main, ...args].map((word) => `'${word}'`).join(' ')}`;
    const child = spawn('script', ['--quiet', '--return', '--command', quoted, '/dev/null'], {
      cwd: root,
      env: { ...process.env, PLIMSOLL_STATE: state, NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    const ended = new Promise<number | null>((done) => child.once('close', done));
    return { type: (text: string) => child.stdin.write(text), ended, output: () => output };
  };
  return { directory, estate, state, web, postgresPort, start, startOnTerminal, run, up, health, list };
}

async function until(what: string, condition: () => Promise<boolean>, withinSeconds: number): Promise<void> {
  const deadline = performance.now() + withinSeconds * 1_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinSeconds} s: ${what}`);
    await sleep(200);
  }
}

describe('plimsoll up on this machine', () => {
  let site: Awaited<ReturnType<typeof createSite>>;
  beforeAll(async () => {
    // The lab has the packages installed and the database prepared: what remains is this command's own work.
    await startLab();
    site = await createSite();
  });
  afterAll(async () => {
    await site.run('down', site.estate);
    await rm(site.directory, { recursive: true, force: true });
  });

  test('a port that another program holds is named before anything is touched', async () => {
    const squatter = createServer();
    await new Promise<void>((done) => squatter.listen({ host: '127.0.0.1', port: site.web }, done));
    try {
      const { code, output } = await site.run(...site.up);
      expect(code).toBe(2);
      expect(output).toContain('PORT_IN_USE');
      expect(output).toContain(`Port ${site.web}, for web`);
      expect(output).toContain('connect.odoo.url');
      await expect(stat(join(site.state, 'acme-prod/postgres/data'))).rejects.toThrow('ENOENT');
    } finally {
      await new Promise((done) => squatter.close(done));
    }
  });

  test('a run that is killed while it makes the database is healed by the next one', async () => {
    const first = site.start(...site.up);
    await until('the database is being made', async () => first.output().includes('Create the logistics database'), 60);
    await sleep(2_000);
    first.child.kill('SIGKILL');
    await first.ended;
    const { code, output } = await site.run(...site.up, '--detach');
    expect(output).toContain('Create the logistics database');
    expect(code).toBe(0);
    expect(await site.health()).toBe(200);
  }, 300_000);

  test('web, long polling and cron are processes of their own, and no second long polling hides in web (APP-01)', async () => {
    const components = await site.list();
    expect(components.map(({ component, isAlive }) => [component, isAlive])).toEqual([
      ['postgres', true],
      ['web', true],
      ['gevent', true],
      ['cron', true],
    ]);
    const web = components.find(({ component }) => component === 'web')?.pid ?? 0;
    const children = (await readFile(`/proc/${web}/task/${web}/children`, 'utf8')).trim().split(' ');
    for (const child of children) {
      expect(await readFile(`/proc/${child}/cmdline`, 'utf8')).not.toContain('gevent');
    }
    const status = await readFile(`/proc/${web}/status`, 'utf8');
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).not.toBe('0');
  });

  test('credentials are readable by their owner alone, and the observer reads pickings but not passwords', async () => {
    for (const name of ['odoo-api-key', 'odoo-login', 'postgres-url', 'odoo-admin-password']) {
      expect((await stat(join(site.state, 'acme-prod', name))).mode & 0o777, name).toBe(0o600);
    }
    const url = (await readFile(join(site.state, 'acme-prod/postgres-url'), 'utf8')).trim();
    const sql = postgres(url, { max: 1, onnotice: () => undefined });
    try {
      const [row] = await sql<{ count: number }[]>`select count(*)::int as count from stock_picking`;
      expect(row?.count).toBeGreaterThan(50);
      await expect(sql`select password from res_users`).rejects.toThrow('permission denied');
      await expect(sql`delete from stock_picking`).rejects.toThrow(/read-only transaction|permission denied/);
      await sql`set default_transaction_read_only = off`;
      await expect(sql`delete from stock_picking`).rejects.toThrow('permission denied');
    } finally {
      await sql.end();
    }
  });

  test('a component that is stopped on purpose stays stopped until it is started; one that crashes comes back', async () => {
    await site.run('component', 'stop', 'acme-prod', 'web', '--estate', site.estate);
    await sleep(5_000);
    expect(await site.health()).toBe(0);
    await site.run('component', 'start', 'acme-prod', 'web', '--estate', site.estate);
    expect(await site.health()).toBe(200);
    // What a runbook does too (INC-05): another process answers, and whoever keeps it up starts no second one beside it.
    const webOf = async () => (await site.list()).find(({ component }) => component === 'web')?.pid ?? 0;
    const old = await webOf();
    await site.run('component', 'restart', 'acme-prod', 'web', '--estate', site.estate);
    expect(await site.health()).toBe(200);
    const fresh = await webOf();
    expect(fresh).not.toBe(old);
    const before = (await site.list()).find(({ component }) => component === 'cron')?.pid ?? 0;
    process.kill(before, 'SIGKILL');
    const isBack = async () => {
      const cron = (await site.list()).find(({ component }) => component === 'cron');
      return cron?.isAlive === true && cron.pid !== before;
    };
    await until('cron is back', isBack, 30);
  }, 120_000);

  test('after kill -9 of the bring-up its processes are adopted, not doubled', async () => {
    const before = await site.list();
    const record = JSON.parse(await readFile(join(site.state, 'supervisor/up.json'), 'utf8')) as { pid: number };
    process.kill(record.pid, 'SIGKILL');
    await sleep(500);
    expect(await site.health()).toBe(200);
    const { code, output } = await site.run(...site.up, '--detach');
    expect(code).toBe(0);
    expect(output).toContain('is up already');
    expect(await site.list()).toEqual(before);
  }, 60_000);

  test('down stops what was started and nothing else, and a second up only starts what is there', async () => {
    const bystander = createServer();
    await new Promise<void>((done) => bystander.listen({ host: '127.0.0.1', port: 0 }, done));
    const pids = (await site.list()).map(({ pid }) => pid ?? 0);
    const { code } = await site.run('down', site.estate);
    expect(code).toBe(0);
    for (const pid of pids) {
      const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') gone');
      expect(state, `process ${pid}`).toMatch(/\) (gone|Z)/);
    }
    expect(bystander.listening).toBe(true);
    bystander.close();
    const second = await site.run(...site.up, '--detach');
    expect(second.code).toBe(0);
    const begun = second.output.split('\n').filter((line) => /^(Install|Fetch|Create|Write|Issue|Start) /.test(line));
    expect(begun.map((line) => line.split(':')[0])).toEqual(['Start postgres', 'Start web, gevent, cron']);
    expect(await site.health()).toBe(200);
  }, 120_000);

  test('Ctrl-C on its terminal stops all that it started and nothing else', async () => {
    await site.run('down', site.estate);
    const bystander = spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
    try {
      const up = site.startOnTerminal(...site.up);
      await until('it is up', async () => up.output().includes('Up in'), 240);
      const pids = (await site.list()).map(({ pid }) => pid ?? 0);
      expect(pids.every((pid) => pid > 0)).toBe(true);
      up.type('\x03');
      const code = await up.ended;
      expect(up.output()).toMatch(/Stopped .*web/);
      expect(code).toBe(0);
      expect(await site.health()).toBe(0);
      for (const pid of pids) {
        const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') gone');
        expect(state, `process ${pid}`).toMatch(/\) (gone|Z)/);
      }
      expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    } finally {
      bystander.kill('SIGKILL');
    }
  }, 400_000);
});
