import type { Secret } from '../../core/kernel/index.ts';
import type { BackupSource } from '../../ports/backup-source.ts';
import { createDump } from './dump.ts';
import { createFilestore } from './filestore.ts';
import { openSnapshot } from './snapshot.ts';

// A running Odoo's database and filestore, as something to copy.
export { createDumpInspector } from './inspector.ts';
export { createSpool } from './spool.ts';

/** An Odoo by the connection string of a role that may read all of it, and its filestore's directory. Close it when done. */
export function createBackupSource(options: {
  readonly url: Secret;
  readonly filestoreDirectory: string;
  /** The directory of PostgreSQL's programs; the newest of this machine where it is not given. */
  readonly programs?: string | undefined;
}): BackupSource & { close(): Promise<void> } {
  return {
    ...createFilestore(options.filestoreDirectory),
    openSnapshot: (given) => openSnapshot(options.url, given?.signal),
    dump: createDump(options.url, options.programs),
    // Each snapshot has connections of its own and gives them up; the port's users close what they open.
    close: async () => {},
  };
}
