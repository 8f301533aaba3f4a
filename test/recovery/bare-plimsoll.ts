import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../src/apps/cli/main.ts');

export interface BareRun {
  readonly code: number | null;
  readonly stdout: string;
  /** Everything it printed. */
  readonly out: string;
}

/** The command line in an empty directory, with an empty state: no estate, no records, no server. */
export async function barePlimsoll(directory: string, args: readonly string[]): Promise<BareRun> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', PLIMSOLL_STATE: join(directory, 'state') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, out] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, out };
}
