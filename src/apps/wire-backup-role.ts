import { createBackupSource } from '../adapters/backup-source/index.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import type { Environment } from '../core/estate/index.ts';
import { createSecret, type Secret } from '../core/kernel/index.ts';
import type { BackupSource } from '../ports/backup-source.ts';
import { resolveText } from '../ports/secrets.ts';
import type { Settings } from './settings.ts';
import { placeOf, roleOf, writeRoleUrl } from './wire-observe.ts';
import { sourceUrl } from './wire-recovery.ts';

/** The role and password that `connect.backup.url` names; `undefined` where it is not declared or cannot be resolved. */
export async function declaredBackupRole(environment: Environment, settings: Settings) {
  const declared = environment.connect.backup?.url;
  if (declared === undefined) return undefined;
  return roleOf(await resolveText(createLocalSecrets(settings), declared).catch(() => undefined));
}

/** The database as a backup would read it; `undefined` where no role is known that could. Close it when done. */
export async function openBackupRole(
  environment: Environment,
  settings: Settings,
): Promise<(BackupSource & { close(): Promise<void> }) | undefined> {
  const url: Secret | undefined = await sourceUrl(environment, settings).catch(() => undefined);
  if (url === undefined) return undefined;
  const filestore = environment.connect.filestore?.directory ?? '';
  return createBackupSource({
    url: createSecret(url.origin, url.reveal()),
    filestoreDirectory: placeOf(filestore, settings.stateDirectory),
  });
}

/** Writes the role's connection string where only its owner reads it, and answers the reference to it. */
export function writeBackupUrl(
  environment: Environment,
  settings: Settings,
  from: { readonly adminUrl: Secret; readonly role: string; readonly password: string },
): Promise<string> {
  return writeRoleUrl(environment, settings, from, 'backup-url');
}
