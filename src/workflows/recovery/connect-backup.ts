import { Fault } from '../../core/kernel/index.ts';
import { backupRoleStatements } from '../../core/recovery/index.ts';
import type { BackupSource } from '../../ports/backup-source.ts';
import type { DatabaseAdmin } from '../../ports/database-admin.ts';

/** Makes the role that backups read with through an administrator's connection; answers what it could not get. */
export async function createBackupRole(
  admin: DatabaseAdmin,
  backup: { readonly role: string; readonly password: string | undefined },
): Promise<readonly { readonly why: string; readonly reason: string }[]> {
  const { database } = await admin.inspect();
  return admin.run(backupRoleStatements({ ...backup, database }));
}

/** Does with the role what a backup begins with, the lock included, and lets go; answers what it may not, in words. */
export async function verifyBackupRole(source: BackupSource, signal: AbortSignal): Promise<string | undefined> {
  try {
    const snapshot = await source.openSnapshot({ signal });
    try {
      await snapshot.describe({ signal });
    } finally {
      await snapshot.close();
    }
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Fault) return error.message;
    throw error;
  }
}
