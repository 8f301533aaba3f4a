import { confirm, isCancel } from '@clack/prompts';
import { Fault } from '../../core/kernel/index.ts';
import type { CommandOptions } from './command.ts';
import type { Output } from './output.ts';

/** Asks before something is done that cannot be undone; a script agrees with `--yes`. Throws CONSENT_REQUIRED. */
export async function demandConsent(what: string, options: CommandOptions, output: Output): Promise<void> {
  if (options.yes === true) return;
  if (!output.isInteractive || output.isJson) {
    throw new Fault('CONSENT_REQUIRED', `${what} Nobody agreed to it; a script agrees with --yes.`);
  }
  const answer = await confirm({ message: `${what} Go on?`, initialValue: false });
  if (isCancel(answer) || !answer)
    throw new Fault('CONSENT_REQUIRED', `${what} It was not agreed to; nothing was changed.`);
}
