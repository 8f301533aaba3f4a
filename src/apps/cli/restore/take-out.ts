import { resolve } from 'node:path';
import { Fault, formatBytes } from '../../../core/kernel/index.ts';
import type { BackupRepository } from '../../../ports/backup-repository.ts';
import { extractBackup } from '../../../workflows/recovery/extract-backup.ts';
import { estateDirectory } from '../../estate-directory.ts';
import { requireEnvironment } from '../../wire-odoo.ts';
import { openBareRepository, openDeclaredRepository, openExtraction } from '../../wire-repository.ts';
import type { CommandContext, CommandOptions } from '../command.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** From the estate; or from a directory and key files alone, which is what is left on the worst day. */
async function openRepository(
  name: string,
  options: CommandOptions,
  { settings }: CommandContext,
): Promise<BackupRepository> {
  const directory = text(options['repository']);
  if (directory === undefined) {
    const estate = await estateDirectory(options['estate'], settings.stateDirectory);
    const { environment } = await requireEnvironment(estate, name);
    return openDeclaredRepository(estate, environment, settings);
  }
  const identityFile = text(options['identity']);
  const signerFile = text(options['signer']);
  if (identityFile === undefined || signerFile === undefined) {
    throw new Fault(
      'SETTING_INVALID',
      '--repository needs --identity FILE, which opens, and --signer FILE, which is believed',
    );
  }
  return openBareRepository({ directory: resolve(directory), identityFile, signerFiles: [signerFile] });
}

/** `plimsoll restore ENV --to-directory DIR`: the files of a backup, proved, with the repository and its key alone. */
export async function takeOut(name: string, options: CommandOptions, context: CommandContext): Promise<number> {
  const { output, signal } = context;
  const directory = resolve(text(options['toDirectory']) ?? '');
  const repository = await openRepository(name, options, context);
  let told = '';
  const report = ({
    phase,
    doneBytes,
    totalBytes,
  }: {
    phase: string;
    doneBytes: number;
    totalBytes?: number | undefined;
  }): void => {
    const percent = totalBytes === undefined || totalBytes === 0 ? 0 : Math.floor((10 * doneBytes) / totalBytes) * 10;
    const line = `  ${phase}: ${percent} % of ${formatBytes(totalBytes ?? 0)}`;
    if (line !== told) output.note(line);
    told = line;
  };
  const request = { environment: name, backup: text(options['backup']) };
  const open = () => openExtraction(directory);
  const { manifest, files, damaged } = await extractBackup(repository, request, open, { signal, report });
  const next = `createdb acme && pg_restore --no-owner --jobs=2 --dbname=acme ${directory}/dump`;
  output.json({ backup: manifest.id, directory, files, damaged, consistentAt: manifest.consistentAt.toString() });
  output.line(
    `${output.style(damaged.length === 0 ? 'green' : 'red', manifest.id)}  dump and ${files} files in ${directory}`,
  );
  for (const each of damaged) output.line(`  damaged: ${each}`);
  output.line(
    `Restore it: ${next}; put ${directory}/filestore at DATA_DIR/filestore/acme; then \`odoo neutralize\` unless it goes live.`,
  );
  return damaged.length === 0 ? 0 : 1;
}
