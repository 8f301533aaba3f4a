import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import { aptGet, debianMirror } from './apt.ts';
import { runCommand } from './command.ts';
import type { StepContext } from './progress.ts';

/** A package of another Debian release than the one installed: it is downloaded and unpacked, never installed. */
export interface ForeignPackage {
  readonly name: string;
  readonly suite: string;
}

async function privateAptOptions(
  cacheDirectory: string,
  suite: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const root = join(cacheDirectory, 'apt', suite);
  await mkdir(join(root, 'lists', 'partial'), { recursive: true });
  await mkdir(join(root, 'archives', 'partial'), { recursive: true });
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const source = `deb [signed-by=${keyring}] ${await debianMirror(signal)} ${suite} main\n`;
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

async function indexedSha256(wanted: ForeignPackage, options: readonly string[], signal: AbortSignal | undefined) {
  const lines = await runCommand({
    command: ['apt-cache', ...options, 'show', '--no-all-versions', wanted.name],
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
    throw new Fault('NETWORK_UNREACHABLE', `Debian's index of ${wanted.suite} does not hold ${wanted.name}.`);
  }
  return { sha256, version };
}

/** Downloads the package into the cache, at most once, and proves it against the release's signed index. */
export async function downloadPackage(
  cacheDirectory: string,
  wanted: ForeignPackage,
  context: StepContext,
): Promise<{ readonly file: string; readonly version: string }> {
  const options = await privateAptOptions(cacheDirectory, wanted.suite, context.signal);
  context.report({ detail: `reading the package list of Debian's ${wanted.suite}` });
  await aptGet([...options, 'update', '--error-on=any', '-q'], { ...context, timeoutSeconds: 600 });
  const { sha256, version } = await indexedSha256(wanted, options, context.signal);
  const directory = join(cacheDirectory, 'packages');
  await mkdir(directory, { recursive: true });
  const find = async () => (await readdir(directory)).find((name) => name.startsWith(`${wanted.name}_`));
  const earlier = await find();
  if (earlier !== undefined) {
    const isWhole = await verifyDownload(join(directory, earlier), sha256).then(
      () => true,
      () => false,
    );
    if (isWhole) return { file: join(directory, earlier), version };
    await rm(join(directory, earlier), { force: true });
  }
  context.report({ detail: `downloading ${wanted.name} ${version}` });
  await aptGet([...options, '-q', 'download', wanted.name], { ...context, timeoutSeconds: 1_800, directory });
  const name = await find();
  if (name === undefined) throw new Fault('NETWORK_UNREACHABLE', `apt did not download ${wanted.name}.`);
  await verifyDownload(join(directory, name), sha256);
  return { file: join(directory, name), version };
}
