import { Fault, parseDuration, type Seconds } from '../../../core/kernel/index.ts';
import type { CommandOptions } from '../command.ts';

/** An option that is text, where it was given. */
export const textOption = (options: CommandOptions, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};

/** An option such as `14d`. Throws SETTING_INVALID. */
export function durationOption(options: CommandOptions, name: string, flag: string): Seconds | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new Fault('SETTING_INVALID', `${flag} ${text} is not a duration, such as 90s, 30m, 4h or 14d`);
}

/** An instant with its zone or offset: on a bad day nobody should have to guess which one was meant. */
export function instantOption(options: CommandOptions, name: string, flag: string): Temporal.Instant | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  try {
    const written = text.trim().replace(' ', 'T');
    return written.includes('[') ? Temporal.ZonedDateTime.from(written).toInstant() : Temporal.Instant.from(written);
  } catch (cause) {
    const message = `${flag} ${text} is no instant: write date, time and offset or zone, such as 2026-11-21T14:05:00Z or 2026-11-21T15:05:00+01:00`;
    throw new Fault('SETTING_INVALID', message, { cause });
  }
}
