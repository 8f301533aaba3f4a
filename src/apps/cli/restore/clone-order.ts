import { resolve } from 'node:path';
import { Fault, parseDuration, type Refusal } from '../../../core/kernel/index.ts';
import { expiryOf, type Reducible, type Reduction, reducible } from '../../../core/recovery/index.ts';
import { estateDirectory } from '../../estate-directory.ts';
import { clock } from '../../wire-up.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { environmentIn, estateFrom } from '../estate-option.ts';
import { durationOption, instantOption, textOption } from './options.ts';
import type { CommandOrder } from './run-order.ts';

const stages = ['development', 'staging', 'uat', 'training', 'reporting', 'recovery-test'] as const;

function stageOf(options: CommandOptions): (typeof stages)[number] {
  const asked = textOption(options, 'stage') ?? 'staging';
  const stage = stages.find((each) => each === asked);
  if (stage !== undefined) return stage;
  throw new Fault('SETTING_INVALID', `--stage ${asked} is none of ${stages.join(', ')}: a clone is never production`);
}

/** `mail:90d,attachments:365d`: what is left out, where it is older than that. Throws SETTING_INVALID. */
function reductionOf(options: CommandOptions): Reduction | undefined {
  const text = textOption(options, 'reduce');
  if (text === undefined) return undefined;
  const reduction: Partial<Record<Reducible, number>> = {};
  for (const part of text.split(',')) {
    const [name, age = ''] = part.trim().split(':');
    const what = reducible.find((each) => each === name);
    const seconds = parseDuration(age);
    if (what === undefined || seconds === undefined || seconds <= 0) {
      const message = `--reduce ${part} is not one of ${reducible.join(', ')} with an age, such as mail:90d`;
      throw new Fault('SETTING_INVALID', message);
    }
    reduction[what] = seconds;
  }
  return reduction;
}

/** What `clone` was asked for, or why its date is impossible. */
export async function cloneOrderOf(
  name: string,
  options: CommandOptions,
  { settings }: CommandContext,
): Promise<CommandOrder | Refusal> {
  const estate = await estateFrom(options, settings);
  const reduction = reductionOf(options);
  const expiresAt = expiryOf(clock.now(), durationOption(options, 'expires', '--expires') ?? 0);
  if ('kind' in expiresAt) return expiresAt;
  return {
    environment: environmentIn(estate, name),
    estate,
    directory: resolve(await estateDirectory(options['estate'], settings.stateDirectory)),
    wish: {
      mode: 'clone',
      target: textOption(options, 'to') ?? '',
      at: instantOption(options, 'at', '--at'),
      backup: textOption(options, 'backup'),
      acceptLossSeconds: durationOption(options, 'acceptLoss', '--accept-loss'),
      isLive: false,
      acceptsSecondLive: false,
      withoutSafetyBackup: false,
      runsJourneys: options['journeys'] === true,
      isReduced: reduction !== undefined,
      isAnonymised: options['anonymise'] === true,
    },
    stage: stageOf(options),
    expiresAt,
    acceptsDamage: true,
    ...(reduction === undefined ? {} : { reduction }),
    isDryRun: options['dryRun'] === true,
    confirm: async () => {},
  };
}
