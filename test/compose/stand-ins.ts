// Images with the official ones' names and interface, made of this machine's own Debian packages: no registry is needed.
import { createHash } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installPackages, missingPackages } from '../../src/adapters/host/apt.ts';
import { runCommand } from '../../src/adapters/host/command.ts';
import { ensureOdooSoftware } from '../../src/adapters/host/odoo-software.ts';
import { machineCache } from '../../src/adapters/host/places.ts';
import { composeImages } from '../../src/core/compile/index.ts';
import { hostPackages } from '../../src/core/provision/index.ts';
import type { TestEngine } from './engine.ts';
import { engineCache } from './engine-programs.ts';

const sources = join(import.meta.dirname, 'stand-in');
const base = 'plimsoll-stand-in:base';
const skipped = /^\/usr\/(share\/(doc|man|info|locale|lintian|icons)|include)\//;
const everyLine = async (command: readonly string[]): Promise<readonly string[]> => {
  const lines: string[] = [];
  await runCommand({ command, timeoutSeconds: 120, onLine: (line) => lines.push(line) });
  return lines;
};

/** The packages Odoo and PostgreSQL need, with all that these need. */
async function neededPackages(): Promise<readonly string[]> {
  const format = '$' + '{db:Status-Status} $' + '{Essential} $' + '{Package}\\n';
  const shown = (await everyLine(['dpkg-query', '--show', '--showformat', format])).map((line) => line.split(' '));
  const installed = new Set(shown.flatMap(([status, , name = '']) => (status === 'installed' ? [name] : [])));
  const essential = shown.flatMap(([, isEssential, name = '']) => (isEssential === 'yes' ? [name] : []));
  const kinds = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];
  const without = kinds.map((kind) => `--no-${kind}`);
  const command = ['apt-cache', 'depends', '--recurse', '--installed', ...without, ...hostPackages, ...essential];
  // Names of alternatives and of virtual packages are in the answer too: they hold no files.
  return [...new Set(await everyLine(command))].filter((name) => installed.has(name)).sort();
}

/** A copy of what the packages hold, as a root directory. Directories that are links come before what lies in them. */
async function copyRoot(root: string, scratch: string): Promise<void> {
  const listed = await everyLine(['dpkg', '--listfiles', ...(await neededPackages())]);
  const alternatives = (await readdir('/etc/alternatives')).map((name) => `/etc/alternatives/${name}`);
  const first = ['usr', 'usr/bin', 'usr/sbin', 'usr/lib', 'usr/lib64', 'bin', 'sbin', 'lib', 'lib64'];
  const files = [...listed, '/etc/ld.so.cache', '/etc/alternatives', ...alternatives]
    .filter((path) => path.startsWith('/') && path !== '/.' && !skipped.test(path))
    .map((path) => path.slice(1));
  const list = join(scratch, 'files');
  await writeFile(list, [...new Set([...first, ...files])].join('\n'));
  const copy = async (from: string, ...what: readonly string[]): Promise<void> => {
    const archive = join(scratch, 'part.tar');
    const create = ['tar', '--create', '--file', archive, '--directory', from, '--ignore-failed-read', ...what];
    await runCommand({ command: create, timeoutSeconds: 300 });
    await runCommand({ command: ['tar', '--extract', '--file', archive, '--directory', root], timeoutSeconds: 300 });
    await rm(archive);
  };
  await copy('/', '--no-recursion', '--files-from', list);
  // With what Python compiled when the packages were installed: no start compiles it again.
  await copy('/', 'usr/lib/python3/dist-packages', 'usr/lib/python3.11');
  await copy(join(machineCache, 'odoo-19'), 'usr');
}

/** What the official images add: their users, directories and configuration. */
async function furnish(root: string): Promise<void> {
  const users = [
    'root:x:0:0:root:/root:/bin/bash',
    'odoo:x:100:101::/var/lib/odoo:/usr/sbin/nologin',
    'postgres:x:999:999::/var/lib/postgresql:/bin/bash',
  ];
  await writeFile(join(root, 'etc/passwd'), `${users.join('\n')}\n`);
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nodoo:x:101:\npostgres:x:999:\n');
  const directories = [
    ['tmp', 0o1777, 0, 0],
    ['run', 0o755, 0, 0],
    ['usr/local/bin', 0o755, 0, 0],
    ['etc/odoo', 0o755, 0, 0],
    ['var/lib/odoo', 0o755, 100, 101],
    ['mnt/extra-addons', 0o755, 100, 101],
    ['var/lib/postgresql', 0o755, 999, 999],
  ] as const;
  for (const [path, mode, uid, gid] of directories) {
    await mkdir(join(root, path), { recursive: true });
    await runCommand({ command: ['chmod', mode.toString(8), join(root, path)], timeoutSeconds: 10 });
    await chown(join(root, path), uid, gid);
  }
  const configuration = '[options]\naddons_path = /mnt/extra-addons\ndata_dir = /var/lib/odoo\n';
  await writeFile(join(root, 'etc/odoo/odoo.conf'), configuration);
}

async function buildBase({ docker }: TestEngine, key: string): Promise<void> {
  const scratch = join(engineCache, 'scratch');
  const root = join(scratch, 'root');
  await rm(scratch, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await copyRoot(root, scratch);
  await furnish(root);
  const archive = join(scratch, 'root.tar');
  await runCommand({ command: ['tar', '--create', '--file', archive, '--directory', root, '.'], timeoutSeconds: 300 });
  await docker.run(['import', '--change', `LABEL plimsoll.key=${key}`, archive, base], { timeoutSeconds: 600 });
  await rm(scratch, { recursive: true });
  await docker.run(['image', 'prune', '--force'], { timeoutSeconds: 120 });
}

async function keyOf(odooVersion: string): Promise<string> {
  const own = await readFile(import.meta.filename);
  const facts = JSON.stringify([odooVersion, hostPackages]);
  return createHash('sha256').update(own).update(facts).digest('hex').slice(0, 16);
}

/** Takes the official names away, so that the engine has nothing of that name. */
export async function removeStandIns({ docker }: TestEngine): Promise<void> {
  for (const image of Object.values(composeImages)) {
    await docker.run(['image', 'rm', '--force', image], { timeoutSeconds: 60 }).catch(() => []);
  }
}

/** Gives the engine images under the official names; their base is built at most once for a version of Odoo. */
export async function provideStandIns(engine: TestEngine): Promise<void> {
  const { docker } = engine;
  const context = { report: () => undefined };
  const missing = await missingPackages(hostPackages);
  if (missing.length > 0) await installPackages(missing, context);
  const { version } = await ensureOdooSoftware(machineCache, context);
  const key = await keyOf(version);
  const format = '{{index .Config.Labels "plimsoll.key"}}';
  const found = await docker
    .run(['image', 'inspect', '--format', format, base], { timeoutSeconds: 30 })
    .catch(() => []);
  if (found.at(-1) !== key) await buildBase(engine, key);
  for (const [name, image] of Object.entries(composeImages)) {
    await docker.run(['build', '--quiet', '--tag', image, join(sources, name)], {
      timeoutSeconds: 300,
      environment: { DOCKER_BUILDKIT: '0' },
    });
  }
}
