import { randomUUID } from 'node:crypto';
import type { Environment, Repository } from '../../../core/estate/index.ts';
import type { VerifyReport } from '../../../core/recovery/index.ts';
import { recordCheck } from '../../../workflows/recovery/check-content.ts';
import { backupToVerify, verifyBackup } from '../../../workflows/recovery/verify-backup.ts';
import { runVerifyTask } from '../../../workflows/recovery/verify-task.ts';
import { placeFrom, verifyParts } from '../../wire-recovery.ts';
import { type OpenStore, openStoreIfThere } from '../../wire-store.ts';
import { clock as systemClock } from '../../wire-up.ts';
import { printVerification, showProgress } from '../backup-display.ts';
import type { CliCommand, CommandContext } from '../command.ts';
import { environmentIn, estateFrom, estateOption } from '../estate-option.ts';
import type { Output } from '../output.ts';
import { textOption } from '../restore/options.ts';

const actor = { kind: 'cli', name: 'backup verify' } as const;

/** The records, where this Plimsoll has any and they answer: a check needs none. */
type Records = { readonly opened: OpenStore | undefined } | { readonly away: unknown };

async function openRecords({ settings }: CommandContext): Promise<Records> {
  return openStoreIfThere(settings).then(
    (opened) => ({ opened }),
    (away: unknown) => ({ away }),
  );
}

async function check(
  environment: Environment,
  declared: Repository,
  { backup: given, records }: { readonly backup: string | undefined; readonly records: Records },
  { settings, output, signal }: CommandContext,
) {
  const parts = await verifyParts(declared, settings);
  const backup = await backupToVerify(parts, environment.name, given);
  const display = showProgress(output);
  const what = { environment: environment.name, backup };
  const how = { report: display.report, signal };
  const opened = 'opened' in records ? records.opened : undefined;
  const found =
    opened === undefined
      ? verifyBackup(parts, { ...what, ...how })
      : runVerifyTask(
          { store: opened.store, clock: systemClock },
          { id: randomUUID(), requestedBy: actor, ...what, ...how },
          (asked) => verifyBackup(parts, { ...what, ...asked }),
        );
  return found.finally(() => display.end(!signal.aborted));
}

/** Whether it is recorded. A check needs no records: what it found is shown, whatever becomes of them. */
async function record(report: VerifyReport, declared: Repository, records: Records, output: Output) {
  const notRecorded = (error: unknown): boolean => {
    output.note(`What was found is not recorded: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  };
  if ('away' in records) return notRecorded(records.away);
  if (records.opened === undefined) return false;
  return recordCheck({ clock: systemClock, store: records.opened.store, actor }, report, declared).then(
    () => true,
    notRecorded,
  );
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
    const records = await openRecords(context);
    try {
      const report = await check(environment, declared, { backup: given, records }, context);
      const isRecorded = await record(report, declared, records, output);
      output.json({ ...report, repository: declared.name, isRecorded });
      printVerification(report, output);
      return report.isIntact ? 0 : 1;
    } finally {
      if ('opened' in records) await records.opened?.close();
    }
  },
};
