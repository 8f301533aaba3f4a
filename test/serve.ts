import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'src/apps/cli/main.ts');
const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** A `plimsoll serve` of a test's own. */
export interface ServeProcess {
  readonly url: string;
  readonly pid: number;
  readonly link: string | null;
  readonly state: string;
  /** All that it wrote so far. */
  readonly written: () => { readonly output: string; readonly errors: string };
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Asks again and again until there is an answer, within a bound. */
export async function eventually<Answer>(seconds: number, look: () => Promise<Answer | undefined>): Promise<Answer> {
  for (let round = 0; round < seconds * 4; round += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`not within ${seconds} s`);
}

function follow(child: ChildProcess) {
  let output = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  return () => ({ output, errors });
}

/** Starts `plimsoll serve --json` on a free port and waits for its announcement. It ends with the test file. */
export async function startServe(options: {
  readonly estate: string;
  readonly state: string;
  readonly environment: Readonly<Record<string, string>>;
}): Promise<ServeProcess> {
  const args = [cli, 'serve', options.estate, '--port', '0', '--state', options.state, '--json'];
  const environment = { PATH: process.env['PATH'], ...options.environment };
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const written = follow(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const announced = await eventually(60, async () => {
    if (child.exitCode !== null) throw new Error(`serve ended: ${written().errors}`);
    return written().output.includes('}') ? written().output : undefined;
  });
  if (announced.includes('"fault"')) throw new Error(`serve refused: ${announced}`);
  const { url, signInLink } = JSON.parse(announced) as { url: string; signInLink: string | null };
  const kill = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  return { url, pid: child.pid ?? 0, link: signInLink, state: options.state, written, kill };
}

/** Runs a command of the CLI to its end. */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  const written = follow(child);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...written() };
}
