import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { freePort } from '../../src/adapters/host/places.ts';
import { generateKeys } from '../../src/adapters/repository/memory-repository.ts';
import { logisticsModules, startLab } from '../lab/index.ts';

const main = join(import.meta.dirname, '../../src/apps/cli/main.ts');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** An environment that `plimsoll up` keeps up, with a repository, and the command line over them. */
export async function openRestoreGround(environmentMore: string) {
  await startLab();
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-restore-'));
  // The users of PostgreSQL and Odoo must get in: then everything is in here, and goes with it.
  await chmod(directory, 0o755);
  const state = join(directory, 'state');
  const estate = join(directory, 'estate');
  const [web, postgresPort] = [await freePort(), await freePort()];
  const { publicSigningKey, ...keys } = await generateKeys();
  await mkdir(estate);
  await writeFile(join(directory, 'identity'), `${keys.identities[0]?.reveal()}\n`, { mode: 0o600 });
  await writeFile(join(directory, 'signing-key'), keys.signingKey?.reveal() ?? '', { mode: 0o600 });
  await writeFile(join(directory, 'signer.pem'), publicSigningKey);
  await writeFile(
    join(estate, 'estate.yaml'),
    `kind: Estate
name: dock
---
kind: Repository
name: main
directory: ${directory}/backups
sealedTo: [${keys.recipients[0]}]
identity: "file:${directory}/identity"
signingKey: "file:${directory}/signing-key"
trustedSigners: ["file:${directory}/signer.pem"]
---
kind: Environment
name: acme
stage: production
platform: host
lab: true
odoo: { version: "19.0", database: acme, modules: [${logisticsModules.join(', ')}] }
workers: { web: 1, gevent: 1, cron: 1 }
${environmentMore}
connect:
  odoo: { url: "http://127.0.0.1:${web}", login: "file:state/acme/odoo-login", apiKey: "file:state/acme/odoo-api-key" }
  postgres: { url: "file:state/acme/postgres-url" }
  filestore: { directory: state/acme/odoo/filestore/acme }
`,
  );
  const start = (...args: readonly string[]) => {
    const child = spawn(
      process.execPath,
      [main, ...args, '--estate', estate].filter((word) => word !== ''),
      {
        cwd: directory,
        env: { ...process.env, PLIMSOLL_STATE: state, NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, out, err }));
    return { child, ended, told: () => out + err };
  };
  const run = (...args: readonly string[]): Promise<Ended> => start(...args).ended;
  const bare = async (...args: readonly string[]): Promise<Ended> => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: directory,
      env: { ...process.env, PLIMSOLL_STATE: state, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, err };
  };
  /** Runs a statement as the superuser of an environment's own cluster. */
  const ask = async (environment: string, port: number, database: string, text: string) => {
    const password = (await readFile(join(state, environment, 'postgres/superuser-password'), 'utf8')).trim();
    const sql = postgres({ host: '127.0.0.1', port, user: 'postgres', password, database, max: 1, onnotice: () => {} });
    try {
      return [...(await sql.unsafe(text))] as Record<string, unknown>[];
    } finally {
      await sql.end();
    }
  };
  const serves = (url: string): Promise<number> =>
    fetch(`${url}/web/health?db_server_status=1`, { signal: AbortSignal.timeout(5_000) }).then(
      ({ status }) => status,
      () => 0,
    );
  return {
    directory,
    state,
    estate,
    url: `http://127.0.0.1:${web}`,
    postgresPort,
    run,
    start,
    bare,
    ask,
    askSource: (text: string) => ask('acme', postgresPort, 'acme', text),
    serves,
    up: () => bare('up', estate, '--alone', '--detach', '--postgres-port', String(postgresPort)),
    close: async () => {
      const { out } = await bare('clone', 'list', '--json');
      const { copies = [] } = out === '' ? {} : (JSON.parse(out) as { copies?: { name: string }[] });
      for (const { name } of copies) await bare('clone', 'remove', name, '--yes', name);
      await bare('down');
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
