import { access, mkdir, readdir, readFile, readlink, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import { odooPackage } from '../../core/provision/index.ts';
import { runCommand } from './command.ts';
import { downloadPackage } from './debian-package.ts';
import { takeLock } from './lock.ts';
import type { StepContext } from './progress.ts';

const marker = 'plimsoll-complete';

/** An unpacked Odoo: where it is, and the exact package version. */
export interface OdooSoftware {
  readonly directory: string;
  readonly version: string;
}

/** The unpacked Odoo in the cache, where a finished one is there. */
export async function findOdooSoftware(cacheDirectory: string): Promise<OdooSoftware | undefined> {
  const directory = join(cacheDirectory, odooPackage.name);
  const version = await readFile(join(directory, marker), 'utf8').catch(() => undefined);
  return version === undefined ? undefined : { directory, version: version.trim() };
}

/** Relative links into /usr/share (jquery, fonts) lead nowhere from here: they are pointed at the system's own files. */
async function repairLinks(root: string): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((candidate) => candidate.isSymbolicLink())) {
    const link = join(entry.parentPath, entry.name);
    const target = resolve(dirname(link), await readlink(link));
    const isDangling = await access(target).then(
      () => false,
      () => true,
    );
    const system = join('/', relative(root, target));
    if (!isDangling || !target.startsWith(`${root}/`)) continue;
    if (
      !(await access(system).then(
        () => true,
        () => false,
      ))
    )
      continue;
    await unlink(link);
    await symlink(system, link);
  }
}

/**
 * Makes sure that a finished Odoo is unpacked in the cache, downloading it at most once. Safe to kill at any point: the
 * directory gets its name only when everything in it is done.
 */
export async function ensureOdooSoftware(cacheDirectory: string, context: StepContext): Promise<OdooSoftware> {
  await mkdir(cacheDirectory, { recursive: true, mode: 0o755 });
  const lock = await takeLock(`${cacheDirectory}/${odooPackage.name}`, {
    waitSeconds: 1_800,
    signal: context.signal,
    onWait: () => context.report({ detail: 'waiting for another Plimsoll that unpacks Odoo' }),
  });
  try {
    const found = await findOdooSoftware(cacheDirectory);
    if (found !== undefined) return found;
    const { file, version } = await downloadPackage(cacheDirectory, odooPackage, context);
    await unpack(cacheDirectory, file, version, context);
    return { directory: join(cacheDirectory, odooPackage.name), version };
  } finally {
    await lock.release();
  }
}

async function unpack(cacheDirectory: string, file: string, version: string, context: StepContext): Promise<void> {
  const building = join(cacheDirectory, `${odooPackage.name}.building`);
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true, mode: 0o755 });
  context.report({ detail: 'unpacking' });
  const archive = join(building, 'data.tar');
  const { signal } = context;
  // Translations are two thirds of the package; English needs none of them.
  await runCommand({
    command: ['/bin/sh', '-c', 'dpkg-deb --fsys-tarfile "$1" > "$2"', 'unpack', file, archive],
    timeoutSeconds: 300,
    signal,
  });
  await runCommand({
    command: ['tar', '-x', '-f', archive, '-C', building, '--wildcards', '--exclude=*.po'],
    timeoutSeconds: 300,
    signal,
  });
  await rm(archive);
  await repairLinks(building);
  context.report({ detail: 'compiling' });
  const library = join(building, 'usr/lib/python3/dist-packages/odoo');
  // Test data of some add-ons is deliberately broken Python: a remark, not a failure.
  await runCommand({
    command: ['/usr/bin/python3', '-m', 'compileall', '-q', '-j0', library],
    timeoutSeconds: 600,
    signal,
  }).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.details['exitCode'] !== 1) throw error;
  });
  await writeFile(join(building, marker), `${version}\n`);
  const final = join(cacheDirectory, odooPackage.name);
  await rm(final, { recursive: true, force: true });
  await rename(building, final);
}
