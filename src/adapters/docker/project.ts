import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ComposeDirectories, type ComposeFile, passwordVariable } from '../../core/compile/index.ts';
import type { StepContext } from '../../ports/host.ts';
import { newPassword, ownedFile, type SuperuserAccess } from '../host/cluster.ts';
import type { CommandRequest } from '../host/command.ts';
import { writeHostFiles } from '../host/files.ts';
import type { Docker } from './docker.ts';

/** Where a project keeps what outlives its containers, from the project's own directory. */
export const projectDirectories: ComposeDirectories = {
  odooData: '../odoo',
  logs: '../log',
  postgresData: './postgres',
};

/** The name of an environment's project: two state directories never share containers. */
export function projectName(stateDirectory: string, environment: string): string {
  const key = createHash('sha256').update(stateDirectory).digest('hex').slice(0, 8);
  return `plimsoll-${environment.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}-${key}`;
}

/** Where the project of an environment lives in the state directory. */
export function projectDirectory(stateDirectory: string, environment: string): string {
  return join(stateDirectory, environment, 'compose');
}

type RunOptions = Pick<CommandRequest, 'timeoutSeconds' | 'input' | 'environment' | 'onLine' | 'signal'>;

/** One container of a project as the engine knows it. */
export interface Container {
  readonly id: string;
  readonly service: string;
  /** `running`, `exited`, `restarting` … in the engine's words. */
  readonly state: string;
  readonly exitCode: number | undefined;
  readonly isOneOff: boolean;
}

/** A Compose project on disk, and the engine that runs it. */
export interface Project {
  readonly name: string;
  readonly directory: string;
  readonly docker: Docker;
  compose(args: readonly string[], options: RunOptions): Promise<readonly string[]>;
  containers(): Promise<readonly Container[]>;
}

const mark = 'container';
const format = [
  mark,
  '{{.ID}}',
  '{{.Label "com.docker.compose.service"}}',
  '{{.Label "com.docker.compose.oneoff"}}',
  '{{.State}}',
  '{{.Status}}',
].join('\t');

function parseContainer(line: string): readonly Container[] {
  const [first, id = '', service = '', oneOff = '', state = '', status = ''] = line.split('\t');
  if (first !== mark) return [];
  const code = /^Exited \((\d+)\)/.exec(status)?.[1];
  return [
    {
      id,
      service,
      state: state.toLowerCase(),
      exitCode: code === undefined ? undefined : Number(code),
      isOneOff: oneOff.toLowerCase() === 'true',
    },
  ];
}

/** Opens a project by its directory and name; nothing is touched. */
export function openProject(docker: Docker, directory: string, name: string): Project {
  return {
    name,
    directory,
    docker,
    compose: (args, options) =>
      docker.run(['compose', '--project-name', name, '--project-directory', directory, ...args], {
        ...options,
        directory,
      }),
    containers: async () => {
      const filter = `label=com.docker.compose.project=${name}`;
      const lines = await docker.run(['ps', '--all', '--no-trunc', '--filter', filter, '--format', format], {
        timeoutSeconds: 30,
      });
      return lines.flatMap(parseContainer);
    },
  };
}

const passwordFile = (directory: string): string => join(directory, '.env');

/** Writes the project: compiled files, a password of its own, and the directories that its containers share with us. */
export async function writeProject(
  project: Project,
  environment: string,
  files: readonly ComposeFile[],
): Promise<void> {
  const { directory } = project;
  for (const shared of [projectDirectories.odooData, projectDirectories.logs, projectDirectories.postgresData]) {
    await mkdir(join(directory, shared), { recursive: true, mode: 0o755 });
  }
  const known = await readFile(passwordFile(directory), 'utf8').catch(() => '');
  if (known === '') {
    await ownedFile(passwordFile(directory), `${passwordVariable(environment)}=${newPassword()}\n`, undefined);
  }
  await writeHostFiles(files.map(({ path, content }) => ({ path: join(directory, path), content })));
}

/** The superuser of the project's database, over its loopback port. */
export function projectSuperuser(directory: string, port: number, role: string): SuperuserAccess {
  const password = async () => (await readFile(passwordFile(directory), 'utf8')).trim().split('=').slice(1).join('=');
  return { port, role, password };
}

const startedFile = (directory: string): string => join(directory, 'started');

/** Remembers that the project has containers, before it has any: what `down` looks for, even after a kill. */
export async function markStarted({ directory, name }: Project): Promise<void> {
  await writeFile(startedFile(directory), `${name}\n`);
}

/** Removes the containers of single commands, such as those that a killed run left working. */
export async function removeOneOffs(project: Project, context: Pick<StepContext, 'signal'>): Promise<void> {
  const ids = (await project.containers()).filter(({ isOneOff }) => isOneOff).map(({ id }) => id);
  if (ids.length === 0) return;
  await project.docker.run(['rm', '--force', ...ids], { timeoutSeconds: 60, signal: context.signal });
}

/** One container that was stopped and removed. */
export interface StoppedContainer {
  readonly component: string;
  readonly container: string;
  readonly how: 'stopped';
}

/** Stops and removes the containers and the network of every project of a state directory, and nothing else; data stays. */
export async function stopProjects(stateDirectory: string, docker: Docker): Promise<readonly StoppedContainer[]> {
  const stopped: StoppedContainer[] = [];
  const entries = await readdir(stateDirectory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((candidate) => candidate.isDirectory())) {
    const directory = projectDirectory(stateDirectory, entry.name);
    const name = (await readFile(startedFile(directory), 'utf8').catch(() => '')).trim();
    if (name === '') continue;
    const project = openProject(docker, directory, name);
    await removeOneOffs(project, {});
    for (const { id, service, state } of await project.containers()) {
      if (state === 'running') stopped.push({ component: service, container: id.slice(0, 12), how: 'stopped' });
    }
    await project.compose(['down', '--remove-orphans'], { timeoutSeconds: 180 });
    await rm(startedFile(directory), { force: true });
  }
  return stopped;
}

/** Whether an environment of this state directory was ever brought up in containers. */
export function hasProject(stateDirectory: string, environment: string): boolean {
  return existsSync(passwordFile(projectDirectory(stateDirectory, environment)));
}
