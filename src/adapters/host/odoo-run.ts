import { type HostLayout, hostPaths, hostUsers, odooCommand, odooRole } from '../../core/compile/host/index.ts';
import { runCommand } from './command.ts';
import type { StepContext } from './progress.ts';

/** One Odoo sub-command to run to its end on a database. */
export interface OdooRun {
  readonly verb: string;
  readonly database: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** Runs Odoo where the environment's platform has it, and answers the last lines it printed. */
export type OdooRunner = (request: OdooRun, context: StepContext) => Promise<readonly string[]>;

/** The options of an Odoo that serves nobody and works on one database. */
export function batchOptions(
  database: string,
  place: { readonly host: string; readonly port: number; readonly role: string; readonly data: string },
): readonly string[] {
  return [
    `--database=${database}`,
    `--db_host=${place.host}`,
    `--db_port=${place.port}`,
    `--db_user=${place.role}`,
    `--data-dir=${place.data}`,
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

/** Tells a context what an Odoo that installs modules prints. */
export function reportModules(context: StepContext): (line: string) => void {
  return (line) => {
    const progress = moduleProgress(line);
    if (progress !== undefined) context.report(progress);
  };
}

/** Odoo as its own user on this machine. */
export function hostOdoo(layout: HostLayout): OdooRunner {
  const data = hostPaths(layout).odooData;
  const place = { host: '127.0.0.1', port: layout.ports.postgres, role: odooRole, data };
  return (request, context) => {
    const odoo = odooCommand(layout, request.verb, ...batchOptions(request.database, place), ...request.args);
    return runCommand({
      command: odoo.command,
      environment: { ...odoo.environment, ...request.environment },
      user: hostUsers.odoo,
      directory: data,
      timeoutSeconds: request.timeoutSeconds,
      input: request.input,
      signal: context.signal,
      onLine: reportModules(context),
    });
  };
}
