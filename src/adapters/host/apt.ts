import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { Fault } from '../../core/kernel/index.ts';
import { runCommand } from './command.ts';
import type { StepContext } from './progress.ts';

const createClusterDirectory = '/etc/postgresql-common/createcluster.d';
const createClusterFile = `${createClusterDirectory}/plimsoll-bring-up.conf`;

/** Which of the packages are not installed, in the given order. */
export async function missingPackages(packages: readonly string[]): Promise<readonly string[]> {
  const installed = new Set<string>();
  const take = (line: string): void => {
    const [name, status] = line.split(' ');
    if (name !== undefined && status === 'installed') installed.add(name);
  };
  const command = ['dpkg-query', '--show', '--showformat', `\${Package} \${db:Status-Status}\\n`, ...packages];
  // It ends with an error when it does not know one of them: that is an answer here.
  await runCommand({ command, timeoutSeconds: 60, onLine: take }).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.details['exitCode'] !== 1) throw error;
  });
  return packages.filter((name) => !installed.has(name));
}

const networkComplaint =
  /could not resolve|temporary failure resolving|failed to fetch|unable to connect|connection (refused|timed out)|could not connect|network is unreachable|unable to fetch/i;

/** Says NETWORK_UNREACHABLE or DISK_FULL where apt's own words mean that. */
export function explainApt(error: unknown): unknown {
  if (!(error instanceof Fault) || error.code !== 'COMMAND_FAILED') return error;
  const words = `${error.details['lastLines'] ?? ''}\n${error.message}`;
  const line = words.split('\n').find((candidate) => networkComplaint.test(candidate));
  if (/no space left|not enough free space|don't have enough free space/i.test(words)) {
    return new Fault('DISK_FULL', 'The packages do not fit on the disk.', { cause: error, details: error.details });
  }
  if (line !== undefined) {
    return new Fault('NETWORK_UNREACHABLE', `Debian packages could not be downloaded: ${line.trim()}`, {
      cause: error,
      details: error.details,
    });
  }
  return error;
}

/** apt-get with options that make it wait for other package tools and retry a flaky mirror, both bounded. */
export function aptGet(
  args: readonly string[],
  context: StepContext & { readonly timeoutSeconds: number; readonly directory?: string },
): Promise<readonly string[]> {
  const bounded = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-o', 'Acquire::http::Timeout=30'];
  return runCommand({
    command: ['apt-get', ...bounded, ...args],
    timeoutSeconds: context.timeoutSeconds,
    directory: context.directory,
    signal: context.signal,
    onLine: reportApt(context),
  }).catch((error: unknown) => {
    throw explainApt(error);
  });
}

function reportApt(context: StepContext): (line: string) => void {
  return (line) => {
    const [kind, name, percent, detail] = line.split(':');
    if (kind === 'dlstatus' && percent !== undefined) {
      context.report({ ratio: Number(percent) / 200, detail: 'downloading packages' });
    } else if (kind === 'pmstatus' && percent !== undefined) {
      context.report({ ratio: 0.5 + Number(percent) / 200, detail: detail?.trim() ?? `installing ${name}` });
    }
  };
}

/**
 * Installs Debian packages that are missing, and nothing that they only recommend. PostgreSQL's package would create and
 * start a cluster of its own on the standard port: it is told not to, for this installation only.
 */
export async function installPackages(packages: readonly string[], context: StepContext): Promise<void> {
  // An earlier run may have been killed between unpacking and configuring.
  await runCommand({
    command: ['dpkg', '--configure', '-a', '--force-confold'],
    timeoutSeconds: 600,
    signal: context.signal,
  });
  context.report({ ratio: 0, detail: 'reading package lists' });
  await aptGet(['update', '-q'], { ...context, timeoutSeconds: 600 });
  await mkdir(createClusterDirectory, { recursive: true });
  await writeFile(createClusterFile, 'create_main_cluster = false\n');
  try {
    const install = ['install', '--yes', '-q', '--no-install-recommends', '-o', 'APT::Status-Fd=1', ...packages];
    await aptGet(install, { ...context, timeoutSeconds: 1_800 });
  } finally {
    await rm(createClusterFile, { force: true });
    await rmdir(createClusterDirectory).catch(() => undefined);
  }
}

/** The mirror that this machine's own apt uses for Debian's main archive: no host name is ours to choose. */
export async function debianMirror(signal?: AbortSignal): Promise<string> {
  const format = '$(SITE)';
  const lines = await runCommand({
    command: ['apt-get', 'indextargets', '--format', format, 'Created-By: Packages', 'Component: main'],
    timeoutSeconds: 60,
    signal,
  });
  const site = lines.find((line) => /\/debian\/?$/.test(line));
  if (site === undefined) {
    throw new Fault(
      'PLATFORM_UNSUPPORTED',
      "apt is not configured with Debian's main archive, which holds Odoo's package.",
    );
  }
  return site;
}
