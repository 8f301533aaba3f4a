import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, type Seconds, type Secret } from '../../core/kernel/index.ts';
import type { BackupSource } from '../../ports/backup-source.ts';
import { runCommand } from '../host/command.ts';
import { programEnvironment } from './connection.ts';
import { dieWithUs, findPostgresPrograms } from './programs.ts';

const dumpWithinSeconds: Seconds = 24 * 3_600;
const lookEveryMilliseconds = 500;

async function bytesIn(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(join(directory, name)).catch(() => undefined)));
  return sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0);
}

/** Reports how much is written, while it is. */
function watchSize(directory: string, report: (bytes: number) => void): () => void {
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    bytesIn(directory)
      .then(report)
      .catch(() => {})
      .finally(() => {
        isLooking = false;
      });
  }, lookEveryMilliseconds);
  return () => clearInterval(timer);
}

function translate(error: unknown, directory: string): unknown {
  if (!(error instanceof Fault) || error.code !== 'COMMAND_FAILED') return error;
  const words = String(error.details['lastLines'] ?? '');
  const options = { cause: error, details: error.details };
  if (words.includes('No space left on device')) return new Fault('DISK_FULL', `${directory} is full.`, options);
  return new Fault('BACKUP_FAILED', error.message, options);
}

/**
 * Runs `pg_dump` on the snapshot. It writes plain tables: the repository compresses each piece once, and unchanged stretches
 * of a table stay the same pieces.
 */
export function createDump(url: Secret, programs: string | undefined): BackupSource['dump'] {
  return async (snapshot, { directory, jobs, report, signal }) => {
    const program = join(await findPostgresPrograms(programs), 'pg_dump');
    const args = ['--format=directory', '--compress=0', '--no-password', '--lock-wait-timeout=60s'];
    const stopWatching = watchSize(directory, report);
    try {
      await runCommand({
        command: [
          ...dieWithUs,
          program,
          ...args,
          `--jobs=${jobs}`,
          `--snapshot=${snapshot.snapshotId}`,
          `--file=${directory}`,
        ],
        environment: programEnvironment(url),
        directory,
        timeoutSeconds: dumpWithinSeconds,
        signal,
      });
      report(await bytesIn(directory));
    } catch (error) {
      throw translate(error, directory);
    } finally {
      stopWatching();
    }
  };
}
