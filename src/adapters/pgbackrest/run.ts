import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type HostLayout, hostPaths, hostUsers, pgbackrestCommand } from '../../core/compile/host/index.ts';
import { Fault, type FaultCode } from '../../core/kernel/index.ts';
import { runCommand } from '../host/command.ts';

/** Which cluster and which repository: what every command of pgBackRest is told. */
export interface Stanza {
  readonly stanza: string;
  readonly layout: HostLayout;
}

export interface RunOptions {
  readonly timeoutSeconds: number;
  /** The fault that a failure of this command is. */
  readonly faultCode: FaultCode;
  readonly onLine?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs pgBackRest as PostgreSQL's user and answers what it printed. It reaches the server through the standard variables
 * of libpq, for our clusters have no socket file.
 */
export async function runPgbackrest(
  { stanza, layout }: Stanza,
  args: readonly string[],
  options: RunOptions,
): Promise<readonly string[]> {
  const { timeoutSeconds, faultCode, onLine, signal } = options;
  const lines: string[] = [];
  try {
    await runCommand({
      command: pgbackrestCommand(stanza, layout, ...args),
      environment: { PGHOST: '127.0.0.1', PGPASSFILE: hostPaths(layout).pgbackrest.passwordFile },
      user: hostUsers.postgres,
      timeoutSeconds,
      signal,
      onLine: (line) => {
        lines.push(line);
        onLine?.(line);
      },
    });
    return lines;
  } catch (error) {
    signal?.throwIfAborted();
    throw explain(await withReason(error), args[0] ?? '', faultCode);
  }
}

const noRoom = 'No space left on device';
/** Less than this is as good as nothing for whoever writes files. */
const littleBytes = 2 ** 20;

/** Of a write that had room for a part only pgBackRest does not say why it failed: the disk that it wrote to is asked. */
async function withReason(error: unknown): Promise<unknown> {
  if (!(error instanceof Fault)) return error;
  const words = String(error.details['lastLines'] ?? error.message);
  const path = /unable to write '(.+?)'/.exec(words)?.[1];
  if (path === undefined || words.includes(noRoom)) return error;
  const disk = await statfs(dirname(path)).catch(() => undefined);
  if (disk === undefined || disk.bavail * disk.bsize >= littleBytes) return error;
  const lastLines = words.replace(`unable to write '${path}'`, `unable to write '${path}': ${noRoom}`);
  return new Fault(error.code, error.message, { cause: error, details: { ...error.details, lastLines } });
}

/** Exit codes of pgBackRest that mean something else than "the command failed". */
const codeByExit: ReadonlyMap<unknown, FaultCode> = new Map<number, FaultCode>([
  // Lock held by another pgBackRest.
  [50, 'BACKUP_UNDER_WAY'],
  // Could not connect, or a service answered with an error.
  [49, 'REPOSITORY_UNREACHABLE'],
  [103, 'REPOSITORY_UNREACHABLE'],
]);

/** What a failed command means, in our words where its own lead nowhere. */
export function explain(error: unknown, command: string, faultCode: FaultCode): unknown {
  if (!(error instanceof Fault) || error.code !== 'COMMAND_FAILED') return error;
  const words = String(error.details['lastLines'] ?? error.message);
  if (words.includes('do not match the database')) return strange(error);
  if (/unable to verify certificate|unable to set user-defined CA|certificate verify failed/i.test(words))
    return distrusted(error, command, words);
  const code = disturbanceIn(error, words, faultCode) ?? codeByExit.get(error.details['exitCode']) ?? faultCode;
  const said = /ERROR: \[\d+\]: (.*)/.exec(words)?.[1] ?? (words.trim() || error.message);
  return new Fault(code, `pgBackRest could not do ${command}: ${said}`, { cause: error, details: error.details });
}

/** What it says where one of its workers was killed. */
const lostWorker = /terminated unexpectedly on signal 9\b/;

/** What says nothing of what lies in the repository: a disk was full, or pgBackRest was killed while it restored. */
function disturbanceIn({ details }: Fault, words: string, faultCode: FaultCode): FaultCode | undefined {
  const isRestore = faultCode === 'RESTORE_FAILED';
  if (words.includes(noRoom)) return isRestore ? 'DISK_FULL' : 'REPOSITORY_FULL';
  const isKilled = details['signal'] === 'SIGKILL' || lostWorker.test(words);
  return isRestore && isKilled ? 'COMMAND_FAILED' : undefined;
}

/** The service's certificate, or the file that should vouch for it. */
function distrusted(cause: Fault, command: string, words: string): Fault {
  const said = /ERROR: \[\d+\]: (.*)/.exec(words)?.[1] ?? words;
  const message =
    `pgBackRest could not do ${command}: ${said}. Name a file with the certificate of the service's authority, ` +
    "s3: { caFile: /path/to/ca.pem }, which pgBackRest's user can read.";
  return new Fault('REPOSITORY_INVALID', message, { cause, details: cause.details });
}

/** The cluster was made anew, and what lies in the repository is of the one before: its backups must not be lost over it. */
function strange(cause: Fault): Fault {
  const message =
    'The archive in the repository is of another cluster of this name than the one that runs now. ' +
    'Bring that one back with `plimsoll restore`; or move its directory away, where its backups stay usable, and try again.';
  return new Fault('REPOSITORY_INVALID', message, { cause, details: cause.details });
}
