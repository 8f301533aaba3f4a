import { resolve } from 'node:path';
import { Fault } from '../../../core/kernel/index.ts';
import { type ExtractDeps, type Extracted, extractBackup } from '../../../workflows/recovery/extract-backup.ts';
import { placeFrom } from '../../wire-recovery.ts';
import { openBareRepository, openDeclaredRepository, openExtraction } from '../../wire-repository.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { environmentIn, estateFrom } from '../estate-option.ts';
import { createPhaseLines } from '../pace.ts';
import { nextCommands } from './next-commands.ts';
import { durationOption, instantOption, textOption } from './options.ts';
import { printRefusal } from './show.ts';

/** From the estate; or from a directory and key files alone, which is what is left on the worst day. */
async function openRepository(
  name: string,
  options: CommandOptions,
  { settings }: CommandContext,
): Promise<ExtractDeps> {
  const directory = textOption(options, 'repository');
  if (directory === undefined) {
    const estate = await estateFrom(options, settings);
    return openDeclaredRepository(
      placeFrom(estate, environmentIn(estate, name), textOption(options, 'copy')),
      settings,
    );
  }
  const identityFile = textOption(options, 'identity');
  const signerFile = textOption(options, 'signer');
  if (identityFile === undefined || signerFile === undefined) {
    throw new Fault(
      'SETTING_INVALID',
      '--repository needs --identity FILE, which opens, and --signer FILE, which is believed',
    );
  }
  return openBareRepository({ directory: resolve(directory), identityFile, signerFiles: [signerFile] });
}

function print(extracted: Extracted, directory: string, { output }: CommandContext): void {
  const { manifest, at, filesUntil, cluster, files, damaged } = extracted;
  const next = nextCommands(extracted, directory);
  output.json({
    backup: manifest.id,
    directory,
    method: manifest.database.method,
    files,
    damaged,
    consistentAt: manifest.consistentAt.toString(),
    at: at?.toString() ?? null,
    filesUntil: filesUntil.toString(),
    next: next.filter(({ isCommand }) => isCommand).map(({ line }) => line),
  });
  const what = cluster === undefined ? 'dump' : 'cluster';
  output.line(
    `${output.style(damaged.length === 0 ? 'green' : 'red', manifest.id)}  ${what} and ${files} files in ${directory}`,
  );
  for (const each of damaged) output.line(`  damaged: ${each}`);
  for (const { line, isCommand } of next) output.line(isCommand ? `  ${line}` : line);
}

/** `plimsoll restore ENV --to-directory DIR`: a backup, proved, with the repository and its key alone. */
export async function takeOut(name: string, options: CommandOptions, context: CommandContext): Promise<number> {
  const directory = resolve(textOption(options, 'toDirectory') ?? '');
  const extracted = await extractBackup(
    await openRepository(name, options, context),
    {
      environment: name,
      backup: textOption(options, 'backup'),
      at: instantOption(options, 'at', '--at'),
      acceptLossSeconds: durationOption(options, 'acceptLoss', '--accept-loss'),
    },
    openExtraction(directory),
    { signal: context.signal, report: createPhaseLines(context.output.note) },
  );
  if (extracted.kind === 'refused') {
    printRefusal(extracted, context.output);
    return 1;
  }
  print(extracted, directory, context);
  return extracted.damaged.length === 0 ? 0 : 1;
}
