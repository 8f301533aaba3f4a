import { insideContainers } from '../../core/compile/index.ts';
import { batchOptions, type OdooRunner, reportModules } from '../host/odoo-run.ts';
import type { Project } from './project.ts';

/** The service whose image, files and environment single commands run with. */
const commandService = 'database';

const place = {
  host: insideContainers.databaseHost,
  port: insideContainers.ports.postgres,
  role: insideContainers.databaseRole,
  data: insideContainers.odooData,
} as const;

const singleRun = ['run', '--rm', '--no-TTY', '--no-deps'] as const;

/** Odoo in a container of its own for one command, as the image's own user. */
export function containerOdoo(project: Project): OdooRunner {
  return (request, context) => {
    // Named only: the values stay in the environment, where no list of processes shows them.
    const variables = Object.keys(request.environment ?? {}).flatMap((name) => ['--env', name]);
    const odoo = [request.verb, ...batchOptions(request.database, place), ...request.args];
    return project.compose([...singleRun, ...variables, commandService, ...odoo], {
      environment: request.environment,
      timeoutSeconds: request.timeoutSeconds,
      input: request.input,
      signal: context.signal,
      onLine: reportModules(context),
    });
  };
}

/** Runs a program of the Odoo image as its superuser, on the files that its containers share. */
export async function runInImage(
  project: Project,
  command: readonly [string, ...string[]],
  signal: AbortSignal | undefined,
): Promise<void> {
  const [program, ...args] = command;
  const entry = ['--user', 'root', '--entrypoint', program];
  await project.compose([...singleRun, ...entry, commandService, ...args], { timeoutSeconds: 300, signal });
}
