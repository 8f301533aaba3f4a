import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HostLayout, hostPaths, hostUsers, odooCommand, odooRole } from '../../core/compile/host/index.ts';
import { runCommand } from './command.ts';
import type { StepContext } from './progress.ts';

/** The Python programs that fill a database, shipped beside this file. */
export const seedDirectory = join(import.meta.dirname, 'seed');

function connection(layout: HostLayout, database: string): readonly string[] {
  return [
    `--database=${database}`,
    '--db_host=127.0.0.1',
    `--db_port=${layout.ports.postgres}`,
    `--db_user=${odooRole}`,
    `--data-dir=${hostPaths(layout).odooData}`,
    '--no-http',
    '--workers=0',
    '--max-cron-threads=0',
  ];
}

/** Odoo says `Loading module stock (12/71)`; that is honest progress. */
export function moduleProgress(line: string): { readonly ratio: number; readonly detail: string } | undefined {
  const match = /Loading module (\S+) \((\d+)\/(\d+)\)/.exec(line);
  // The first pass loads `base` alone: that is no progress of the whole.
  if (match === null || match[3] === '1') return undefined;
  return { ratio: Number(match[2]) / Number(match[3]), detail: `installing ${match[1]}` };
}

/** Runs an Odoo sub-command to its end as Odoo's own user. */
export function runOdoo(
  layout: HostLayout,
  request: {
    readonly verb: string;
    readonly database: string;
    readonly args: readonly string[];
    readonly input?: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly timeoutSeconds: number;
  },
  context: StepContext,
): Promise<readonly string[]> {
  const odoo = odooCommand(layout, request.verb, ...connection(layout, request.database), ...request.args);
  return runCommand({
    command: odoo.command,
    environment: { ...odoo.environment, ...request.environment },
    user: hostUsers.odoo,
    directory: hostPaths(layout).odooData,
    timeoutSeconds: request.timeoutSeconds,
    input: request.input,
    signal: context.signal,
    onLine: (line) => {
      const progress = moduleProgress(line);
      if (progress !== undefined) context.report(progress);
    },
  });
}

/** Runs one of the seed programs in Odoo's shell and answers what it printed. */
export async function runSeed(
  layout: HostLayout,
  request: { readonly database: string; readonly program: string; readonly parameters?: unknown },
  context: StepContext,
): Promise<readonly string[]> {
  const input = await readFile(join(seedDirectory, request.program), 'utf8');
  // Odoo's shell reads a program from standard input and stops at its first error.
  return runOdoo(
    layout,
    {
      verb: 'shell',
      database: request.database,
      args: ['--log-level=error'],
      input,
      environment: request.parameters === undefined ? {} : { PLIMSOLL_SEED: JSON.stringify(request.parameters) },
      timeoutSeconds: 600,
    },
    context,
  );
}
