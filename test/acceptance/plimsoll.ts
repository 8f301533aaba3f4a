// Drives Plimsoll the way a user does: through ./plimsoll, on a copy of the example estate with ports of its own.
import { spawn } from 'node:child_process';
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/adapters/host/places.ts';
import { sweepApart } from '../../src/adapters/machine/apart.ts';
import { sweepHomes } from '../sweep.ts';

const root = resolve(import.meta.dirname, '../..');

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A state directory, an estate and the ports that belong to one acceptance run. */
export interface Site {
  readonly state: string;
  readonly estate: string;
  readonly serverUrl: string;
  readonly postgresPort: number;
  run(args: readonly string[], withinSeconds: number): Promise<CommandResult>;
  json(args: readonly string[], withinSeconds: number): Promise<unknown>;
  remove(): Promise<void>;
}

async function rewrite(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
}

function execute(args: readonly string[], env: NodeJS.ProcessEnv, withinSeconds: number): Promise<CommandResult> {
  return new Promise((done, fail) => {
    const child = spawn(join(root, 'plimsoll'), args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    const timer = setTimeout(() => child.kill('SIGTERM'), withinSeconds * 1_000);
    child.once('error', fail);
    child.once('close', (code) => {
      clearTimeout(timer);
      done({ code: code ?? 1, stdout, stderr });
    });
  });
}

/**
 * A place of its own: nothing in it meets a `make up` that runs beside the tests. `environment` is for its commands.
 * A closed one is as a checkout in /root is: only root may enter.
 */
export async function createSite(
  environment: Readonly<Record<string, string>> = {},
  { isClosed = false }: { readonly isClosed?: boolean } = {},
): Promise<Site> {
  await sweepHomes();
  const home = await mkdtemp(join(tmpdir(), 'plimsoll-acceptance-'));
  if (!isClosed) await chmod(home, 0o755);
  const state = join(home, 'state');
  const estate = join(home, 'northsea');
  await cp(join(root, 'examples/northsea'), estate, { recursive: true });
  const [web, server, postgresPort] = [await freePort(), await freePort(), await freePort()];
  await rewrite(join(estate, 'acme-prod.yaml'), (text) => text.replaceAll(':8069', `:${web}`));
  // Every day has its cut-offs here: from Saturday evening to Sunday evening nothing would be at risk within a day.
  await rewrite(join(estate, 'sites.yaml'), (text) =>
    text.replaceAll(/BYDAY=MO,TU,WE,TH,FR(,SA)?(;BYHOUR=1[79];)/g, 'BYDAY=MO,TU,WE,TH,FR,SA,SU$2'),
  );
  const serverUrl = `http://127.0.0.1:${server}`;
  const env = { ...process.env, ...environment, PLIMSOLL_STATE: state, PLIMSOLL_SERVER: serverUrl, NO_COLOR: '1' };
  const run = (args: readonly string[], withinSeconds: number) => execute(args, env, withinSeconds);
  return {
    state,
    estate,
    serverUrl,
    postgresPort,
    run,
    async json(args, withinSeconds) {
      const { code, stdout, stderr } = await run([...args, '--json'], withinSeconds);
      try {
        return JSON.parse(stdout);
      } catch (cause) {
        throw new Error(`plimsoll ${args.join(' ')} (exit ${code}) printed no JSON document: ${stdout}${stderr}`, {
          cause,
        });
      }
    },
    async remove() {
      await rm(home, { recursive: true, force: true });
      await sweepApart();
    },
  };
}

/** Looks again until the answer satisfies, or fails with the last answer. Resolves to the seconds it took. */
export async function eventually<Answer>(
  look: () => Promise<Answer>,
  isSatisfied: (answer: Answer) => boolean,
  withinSeconds: number,
): Promise<{ readonly answer: Answer; readonly seconds: number }> {
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1_000;
  for (;;) {
    const answer = await look();
    if (isSatisfied(answer)) return { answer, seconds: elapsed() };
    if (elapsed() > withinSeconds) {
      throw new Error(`not so within ${withinSeconds} s; the last answer was ${JSON.stringify(answer, null, 2)}`);
    }
    await sleep(1_000);
  }
}
