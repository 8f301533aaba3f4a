import { resolve } from 'node:path';
import { Fault, formatDuration } from '../../../core/kernel/index.ts';
import type { RestoreWish } from '../../../core/recovery/index.ts';
import { estateDirectory } from '../../estate-directory.ts';
import { placeFrom } from '../../wire-recovery.ts';
import type { CliCommand, CommandContext, CommandOptions } from '../command.ts';
import { confirmByName } from '../confirm-name.ts';
import { environmentIn, estateFrom, estateOption } from '../estate-option.ts';
import { durationOption, instantOption, textOption } from '../restore/options.ts';
import { printOutcome } from '../restore/outcome.ts';
import { type CommandOrder, runOrder } from '../restore/run-order.ts';
import { takeOut } from '../restore/take-out.ts';

function modeOf(options: CommandOptions): 'directory' | 'new' | 'in-place' {
  const asked = [
    ...(options['toDirectory'] === undefined ? [] : ['directory' as const]),
    ...(options['to'] === undefined ? [] : ['new' as const]),
    ...(options['inPlace'] === true ? ['in-place' as const] : []),
  ];
  const [mode] = asked;
  if (asked.length === 1 && mode !== undefined) return mode;
  throw new Fault('SETTING_INVALID', 'Say where to: one of --to NAME, --in-place and --to-directory DIRECTORY');
}

function wishOf(mode: 'new' | 'in-place', name: string, options: CommandOptions): RestoreWish {
  return {
    mode,
    target: mode === 'in-place' ? name : (textOption(options, 'to') ?? ''),
    at: instantOption(options, 'at', '--at'),
    backup: textOption(options, 'backup'),
    acceptLossSeconds: durationOption(options, 'acceptLoss', '--accept-loss'),
    // In its own place it is the one that there is; beside its source it would be a second one.
    isLive: mode === 'in-place' || options['live'] === true,
    acceptsSecondLive: options['althoughSourceServes'] === true,
    withoutSafetyBackup: options['safetyBackup'] === false,
    runsJourneys: options['journeys'] === true,
    isReduced: false,
    isAnonymised: false,
  };
}

async function orderOf(
  mode: 'new' | 'in-place',
  name: string,
  options: CommandOptions,
  context: CommandContext,
): Promise<CommandOrder> {
  const { settings, output } = context;
  const estate = await estateFrom(options, settings);
  const environment = environmentIn(estate, name);
  const wish = wishOf(mode, name, options);
  return {
    environment,
    estate,
    directory: resolve(await estateDirectory(options['estate'], settings.stateDirectory)),
    wish,
    stage: wish.isLive ? environment.stage : 'recovery-test',
    expiresAt: null,
    acceptsDamage: options['acceptDamage'] === true,
    isDryRun: options['dryRun'] === true,
    ...(options['copy'] === undefined
      ? {}
      : { repository: placeFrom(estate, environment, textOption(options, 'copy')) }),
    confirm: async ({ lossSeconds, point }) => {
      if (!wish.isLive) return;
      const isLoss = lossSeconds !== null && lossSeconds > 0;
      const loss = isLoss ? ` ${formatDuration(Math.ceil(lossSeconds))} of business is lost.` : '';
      const what =
        mode === 'in-place'
          ? `This replaces ${name} by ${point.id}, as of ${point.reachesAt.toString({ smallestUnit: 'second' })}.${loss}`
          : `This makes ${wish.target} act on the outside as ${name} did: mail, carriers, payments.`;
      await confirmByName(wish.target, options, { output, what });
    },
  };
}

/** `plimsoll restore ENV`: beside it, in its place, or as files. */
export const restoreCommand: CliCommand = {
  usage: 'restore <environment>',
  summary: 'Bring an environment back: beside the one that is there, in its place, or as files',
  effect: 'destructive',
  confirmsByName: true,
  examples: [
    'restore acme-prod --to acme-rescue',
    'restore acme-prod --to acme-rescue --at 2026-11-21T14:05:00+01:00',
    'restore acme-prod --in-place --dry-run',
    'restore acme-prod --in-place --at 2026-11-21T14:05:00Z --accept-loss 2h --yes acme-prod',
    'restore acme-prod --to-directory /srv/rescue --estate examples/northsea',
    'restore acme-prod --to acme-rescue --copy northsea-north',
    'restore acme-prod --to-directory /srv/rescue --repository /mnt/backups --identity key.txt --signer signer.pem',
    'restore acme-prod --to-directory /srv/rescue --at 2026-11-21T14:05:00Z --estate examples/northsea',
  ],
  configure: (command) =>
    command
      .option(...estateOption)
      .option('--to <name>', 'a new environment on this machine; neutralised, unless --live')
      .option('--in-place', 'replace the environment itself, which must run on this machine')
      .option(
        '--to-directory <directory>',
        'only the files, or the cluster of a physical backup, into a directory that is not there yet',
      )
      .option('--at <instant>', 'as it was then, such as 2026-11-21T14:05:00Z')
      .option('--backup <id>', 'another backup than the newest that fits')
      .option('--copy <repository>', 'from its copy in this repository, where the first one is gone')
      .option('--accept-loss <duration>', 'agree that business of up to so long is missing')
      .option('--no-safety-backup', 'in place: do not back up first what is there now; it is set aside and kept')
      .option('--accept-damage', 'in place: also where what came back does not hold together')
      .option('--live', 'with --to: it acts on the outside, in place of its source')
      .option('--although-source-serves', 'with --live: also while the source still serves')
      .option('--journeys', 'run the journeys in it before it is put in its place')
      .option('--dry-run', 'only say what would be done, and why')
      .option('--repository <directory>', 'with --to-directory: the repository itself, where no estate names it')
      .option('--identity <file>', 'with --repository: the age identity that opens it')
      .option('--signer <file>', 'with --repository: the public Ed25519 key (PEM) whose backups are believed'),
  async run([name = ''], options, context) {
    const mode = modeOf(options);
    if (mode === 'directory') return takeOut(name, options, context);
    const order = await orderOf(mode, name, options, context);
    return printOutcome(order, await runOrder(order, context), context);
  },
};
