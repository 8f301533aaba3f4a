import { type ChildProcess, spawn } from 'node:child_process';
import { freePort } from '../../src/adapters/host/places.ts';

/** Runs a program to its end; answers its exit code and all it said. */
export async function runTool(
  command: readonly string[],
): Promise<{ readonly code: number | null; readonly said: string }> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, said };
}

/** Starts a server that says under `/-/ready` when it is. */
async function startReady(
  program: string,
  args: (port: number) => readonly string[],
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child: ChildProcess = spawn(program, args(port), { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  for (let tries = 0; tries < 150; tries += 1) {
    const response = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (response?.ok === true) break;
    if (tries === 149) throw new Error(`${program} did not become ready within 30 s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A real Prometheus on data that lies there already. It scrapes nothing. */
export function startPrometheus(directory: string, configFile: string) {
  return startReady('prometheus', (port) => [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${directory}`,
    '--storage.tsdb.retention.time=3650d',
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ]);
}

/** A real Alertmanager of its own: it talks to no other. */
export function startAlertmanager(directory: string, configFile: string) {
  return startReady('prometheus-alertmanager', (port) => [
    `--config.file=${configFile}`,
    `--storage.path=${directory}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    '--log.level=error',
  ]);
}
