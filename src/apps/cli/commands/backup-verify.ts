import type { Environment, Repository } from '../../../core/estate/index.ts';
import type { VerifyReport } from '../../../core/recovery/index.ts';
import { verifyNewestOr } from '../../../workflows/recovery/verify-backup.ts';
import { recordVerification } from '../../wire-keeping.ts';
import { placeFrom, verifyParts } from '../../wire-recovery.ts';
import { printVerification, showProgress } from '../backup-display.ts';
import type { CliCommand, CommandContext } from '../command.ts';
import { environmentIn, estateFrom, estateOption } from '../estate-option.ts';
import { textOption } from '../restore/options.ts';

async function check(
  environment: Environment,
  declared: Repository,
  given: string | undefined,
  context: CommandContext,
) {
  const { settings, output, signal } = context;
  const parts = await verifyParts(declared, settings);
  const display = showProgress(output);
  const request = { environment: environment.name, backup: given, report: display.report, signal };
  return verifyNewestOr(parts, request).finally(() => display.end(!signal.aborted));
}

/** Whether it is recorded. A check needs no records: what it found is shown, whatever becomes of them. */
async function record(report: VerifyReport, declared: Repository, { settings, output }: CommandContext) {
  return recordVerification(report, declared, settings).catch((error: unknown) => {
    output.note(`What was found is not recorded: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  });
}

/** `plimsoll backup verify`: what the controller does by itself, now. */
export const verifyCommand: CliCommand = {
  usage: 'verify <environment> [backup]',
  summary: 'Check the whole content of a backup without restoring it; exit code 1 where it is damaged',
  effect: 'changes',
  examples: [
    'backup verify acme-prod',
    'backup verify acme-prod 20261121T084512Z-logical-9f3a1c --json',
    'backup verify acme-prod --copy vault-north',
  ],
  configure: (command) =>
    command.option(...estateOption).option('--copy <repository>', 'check the copy in this Repository instead'),
  async run([name = '', given], options, context) {
    const { settings, output } = context;
    const estate = await estateFrom(options, settings);
    const environment = environmentIn(estate, name);
    const declared = placeFrom(estate, environment, textOption(options, 'copy'));
    const report = await check(environment, declared, given, context);
    const isRecorded = await record(report, declared, context);
    output.json({ ...report, repository: declared.name, isRecorded });
    printVerification(report, output);
    return report.isIntact ? 0 : 1;
  },
};
