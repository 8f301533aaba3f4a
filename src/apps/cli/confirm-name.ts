import { isCancel, text } from '@clack/prompts';
import { Fault } from '../../core/kernel/index.ts';
import type { CommandOptions } from './command.ts';
import type { Output } from './output.ts';

/**
 * Asks for a name to be typed before something is replaced or removed; a script gives it with `--yes NAME`. A bare habit of
 * pressing return, or a `--yes` for another environment, agrees to nothing. Throws CONSENT_REQUIRED.
 */
export async function confirmByName(
  name: string,
  options: CommandOptions,
  { output, what }: { readonly output: Output; readonly what: string },
): Promise<void> {
  const given: unknown = options['yes'];
  if (given === name) return;
  if (given !== undefined) {
    throw new Fault('CONSENT_REQUIRED', `--yes ${String(given)} is not the name of what is meant: ${name}.`);
  }
  output.note(what);
  if (!output.isInteractive || output.isJson) {
    throw new Fault('CONSENT_REQUIRED', `${what} Nobody agreed to it; a script agrees with --yes ${name}.`);
  }
  const answer = await text({ message: `Type ${name} to go on, or nothing to leave it:` });
  if (isCancel(answer) || answer.trim() !== name) {
    throw new Fault('CONSENT_REQUIRED', `What was typed is not ${name}; nothing was changed.`);
  }
}
