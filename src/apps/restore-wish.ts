import type { Environment } from '../core/estate/index.ts';
import type { Seconds } from '../core/kernel/index.ts';
import type { RestoreWish } from '../core/recovery/index.ts';
import type { RestoreAsk } from './server/deps.ts';

/** What the API took as the core's wish. */
export const wishOf = (environment: Environment, ask: RestoreAsk): RestoreWish => ({
  mode: ask.mode,
  target: ask.mode === 'in-place' ? environment.name : ask.target,
  at: ask.at === undefined ? undefined : Temporal.Instant.from(ask.at),
  backup: ask.backup,
  acceptLossSeconds: ask.acknowledgeLossSeconds,
  // Beside its source it is neutralised, always: what goes live is made by hand, on the machine.
  isLive: ask.mode === 'in-place',
  acceptsSecondLive: false,
  withoutSafetyBackup: ask.mode === 'in-place' && ask.withoutSafetyBackup,
  runsJourneys: ask.runsJourneys,
  isReduced: ask.mode === 'clone' && ask.reduceSeconds !== undefined,
  isAnonymised: ask.mode === 'clone' && ask.isAnonymised,
});

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** A duration as options take it, to the second. */
function typed(seconds: Seconds): string {
  const [unit, size] = units.find(([, each]) => seconds % each === 0) ?? ['s', 1];
  return `${seconds / size}${unit}`;
}

function cloneOptions(ask: Extract<RestoreAsk, { mode: 'clone' }>): readonly string[] {
  const { stage, expiresInSeconds, isAnonymised, reduceSeconds = {} } = ask;
  const reduced = Object.entries(reduceSeconds).flatMap(([what, seconds]) =>
    seconds === undefined ? [] : [`${what}:${typed(seconds)}`],
  );
  return [
    `--stage ${stage}`,
    `--expires ${typed(expiresInSeconds)}`,
    ...(isAnonymised ? ['--anonymise'] : []),
    ...(reduced.length > 0 ? [`--reduce ${reduced.join(',')}`] : []),
  ];
}

/** What only a restore can be asked for at the command line. */
function restoreOptions(ask: Exclude<RestoreAsk, { mode: 'clone' }>): readonly string[] {
  const isInPlace = ask.mode === 'in-place';
  return [
    ...(ask.repository === undefined ? [] : [`--copy ${ask.repository}`]),
    ...(isInPlace && ask.withoutSafetyBackup ? ['--no-safety-backup'] : []),
    ...(isInPlace && ask.acceptsDamage ? ['--accept-damage'] : []),
  ];
}

/** The command that does what the API was asked for, on a machine that can: from the same backup, to the same instant. */
export function commandFor({ name }: Pick<Environment, 'name'>, ask: RestoreAsk): string {
  const { at, backup, acknowledgeLossSeconds, runsJourneys } = ask;
  return [
    `plimsoll ${ask.mode === 'clone' ? 'clone' : 'restore'} ${name}`,
    ask.mode === 'in-place' ? '--in-place' : `--to ${ask.target}`,
    ...(at === undefined ? [] : [`--at ${at}`]),
    ...(backup === undefined ? [] : [`--backup ${backup}`]),
    ...(acknowledgeLossSeconds === undefined ? [] : [`--accept-loss ${typed(acknowledgeLossSeconds)}`]),
    ...(runsJourneys ? ['--journeys'] : []),
    ...(ask.mode === 'clone' ? cloneOptions(ask) : restoreOptions(ask)),
  ].join(' ');
}
