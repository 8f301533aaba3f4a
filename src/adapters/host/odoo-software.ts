import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, readlink, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import { odooPackage } from '../../core/provision/index.ts';
import { aptGet, debianMirror } from './apt.ts';
import { runCommand } from './command.ts';
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

async function privateAptOptions(cacheDirectory: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const root = join(cacheDirectory, 'apt');
  await mkdir(join(root, 'lists', 'partial'), { recursive: true });
  await mkdir(join(root, 'archives', 'partial'), { recursive: true });
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const source = `deb [signed-by=${keyring}] ${await debianMirror(signal)} ${odooPackage.suite} main\n`;
  await writeFile(join(root, 'sources.list'), source);
  return [
    `Dir::Etc::sourcelist=${join(root, 'sources.list')}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(root, 'lists')}`,
    `Dir::Cache=${root}`,
    'APT::Sandbox::User=root',
    // Only the age of the mirror's index is waived: mirrors may lag. Signatures and checksums are verified as always.
    'Acquire::Check-Valid-Until=false',
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option]);
}

/** Compares the file with the size and SHA-256 that the signed index states; a wrong or cut file is refused. */
export async function verifyDownload(file: string, expectedSha256: string): Promise<void> {
  const actual = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (actual !== expectedSha256) {
    throw new Fault('NETWORK_UNREACHABLE', `The downloaded ${basename(file)} is not what the signed index names.`, {
      details: { expectedSha256, actualSha256: actual },
    });
  }
}

async function indexedSha256(options: readonly string[], signal: AbortSignal | undefined) {
  const lines = await runCommand({
    command: ['apt-cache', ...options, 'show', '--no-all-versions', odooPackage.name],
    timeoutSeconds: 60,
    signal,
  });
  const field = (name: string): string | undefined =>
    lines
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
      .trim();
  const sha256 = field('SHA256');
  const version = field('Version');
  if (sha256 === undefined || version === undefined) {
    throw new Fault('NETWORK_UNREACHABLE', `Debian's index of ${odooPackage.suite} does not hold ${odooPackage.name}.`);
  }
  return { sha256, version };
}

async function download(cacheDirectory: string, context: StepContext) {
  const options = await privateAptOptions(cacheDirectory, context.signal);
  context.report({ detail: "reading the package list of Debian's unstable release" });
  await aptGet([...options, 'update', '--error-on=any', '-q'], { ...context, timeoutSeconds: 600 });
  const { sha256, version } = await indexedSha256(options, context.signal);
  const directory = join(cacheDirectory, 'packages');
  await mkdir(directory, { recursive: true });
  const find = async () => (await readdir(directory)).find((name) => name.startsWith(`${odooPackage.name}_`));
  const earlier = await find();
  if (earlier !== undefined) {
    const isWhole = await verifyDownload(join(directory, earlier), sha256).then(
      () => true,
      () => false,
    );
    if (isWhole) return { file: join(directory, earlier), version };
    await rm(join(directory, earlier), { force: true });
  }
  context.report({ detail: `downloading ${odooPackage.name} ${version} (about 120 MB)` });
  await aptGet([...options, '-q', 'download', odooPackage.name], { ...context, timeoutSeconds: 1_800, directory });
  const name = await find();
  if (name === undefined) throw new Fault('NETWORK_UNREACHABLE', `apt did not download ${odooPackage.name}.`);
  await verifyDownload(join(directory, name), sha256);
  return { file: join(directory, name), version };
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
    const { file, version } = await download(cacheDirectory, context);
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
