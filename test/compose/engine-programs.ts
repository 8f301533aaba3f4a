// Docker's engine, its command line and Compose, unpacked from Debian's packages into the machine's cache: nothing is installed.
import { copyFile, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aptGet, debianMirror } from '../../src/adapters/host/apt.ts';
import { runCommand } from '../../src/adapters/host/command.ts';
import { takeLock } from '../../src/adapters/host/lock.ts';
import { machineCache } from '../../src/adapters/host/places.ts';

/** Where the engine of the tests keeps what can be made again: its programs, and the images built for it. */
export const engineCache = join(machineCache, 'test-engine');

const programs = join(engineCache, 'programs');
const engine = 'docker.io containerd runc tini libdevmapper1.02.1'.split(' ');
/** The engine writes the name service of a network into the container's own tables, never into the machine's. */
const tables =
  'iptables libip4tc2 libip6tc2 libxtables12 libnetfilter-conntrack3 libnfnetlink0 libnftnl11 libmnl0'.split(' ');
const context = { report: () => undefined, timeoutSeconds: 600 } as const;

/** Compose 2 is in Debian's next release only: package lists of its own, as for Odoo. */
async function downloadCompose(directory: string): Promise<void> {
  const lists = join(directory, 'lists');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(directory, 'archives/partial'), { recursive: true });
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const sources = join(directory, 'sources.list');
  await writeFile(sources, `deb [signed-by=${keyring}] ${await debianMirror()} trixie main\n`);
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${lists}`,
    `Dir::Cache=${directory}`,
    'APT::Sandbox::User=root',
    'Acquire::Check-Valid-Until=false',
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option]);
  await aptGet([...options, 'update', '-q'], { ...context, directory });
  await aptGet([...options, '-q', 'download', 'docker-compose'], { ...context, directory });
}

async function unpackPrograms(): Promise<void> {
  const building = `${programs}.building`;
  await rm(building, { recursive: true, force: true });
  const packages = join(building, 'packages');
  await mkdir(packages, { recursive: true });
  await downloadCompose(packages);
  const sandbox = ['-o', 'APT::Sandbox::User=root'];
  await aptGet([...sandbox, '-q', 'download', ...engine, ...tables], { ...context, directory: packages });
  const root = join(building, 'root');
  for (const name of (await readdir(packages)).filter((file) => file.endsWith('.deb'))) {
    await runCommand({ command: ['dpkg-deb', '-x', join(packages, name), root], timeoutSeconds: 120 });
  }
  for (const name of ['iptables', 'ip6tables']) {
    await rm(join(root, 'usr/sbin', name), { force: true });
    await symlink('xtables-nft-multi', join(root, 'usr/sbin', name));
  }
  const plugins = join(building, 'config/cli-plugins');
  await mkdir(plugins, { recursive: true });
  await copyFile(join(root, 'usr/libexec/docker/cli-plugins/docker-compose'), join(plugins, 'docker-compose'));
  await rm(packages, { recursive: true });
  await rm(programs, { recursive: true, force: true });
  await rename(building, programs);
}

/** What a process needs in its environment to find the programs, and Docker to find Compose. */
export interface EnginePrograms {
  readonly compose: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The programs, unpacked at most once for the machine. */
export async function enginePrograms(): Promise<EnginePrograms> {
  const root = join(programs, 'root');
  const compose = join(programs, 'config/cli-plugins/docker-compose');
  const lock = await takeLock(programs, { waitSeconds: 600 });
  try {
    const works = await runCommand({ command: [compose, 'version'], timeoutSeconds: 30 }).then(
      () => true,
      () => false,
    );
    if (!works) await unpackPrograms();
  } finally {
    await lock.release();
  }
  const libraries = [join(root, 'usr/lib/x86_64-linux-gnu'), join(root, 'lib/x86_64-linux-gnu')].join(':');
  return {
    compose,
    environment: {
      PATH: `${root}/usr/bin:${root}/usr/sbin:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
      DOCKER_CONFIG: join(programs, 'config'),
      LD_LIBRARY_PATH: libraries,
      XTABLES_LIBDIR: join(root, 'usr/lib/x86_64-linux-gnu/xtables'),
    },
  };
}
