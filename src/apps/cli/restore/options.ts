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

const howToWrite =
  'write date, time and offset or zone, such as 2026-11-21T14:05:00Z, 2026-11-21T15:05:00+01:00 or 2026-11-21T15:05[Europe/Amsterdam]';

/** A local time that a change of clocks left out or made twice is no instant: which was meant, only its offset says. */
function readInstant(written: string): Temporal.Instant {
  if (!written.includes('[')) return Temporal.Instant.from(written);
  return Temporal.ZonedDateTime.from(written, { disambiguation: 'reject' }).toInstant();
}

/** An instant with its zone or offset: on a bad day nobody should have to guess which one was meant. */
export function instantOption(options: CommandOptions, name: string, flag: string): Temporal.Instant | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const written = text.trim().replace(' ', 'T');
  try {
    return readInstant(written);
  } catch (cause) {
    const isZoned = written.includes('[') && isLocalTime(written);
    const why = isZoned
      ? 'is no single instant there, because clocks changed: give its offset too, such as 2026-10-25T02:30:00+01:00'
      : `is no instant: ${howToWrite}`;
    throw new Fault('SETTING_INVALID', `${flag} ${text} ${why}`, { cause });
  }
}

function isLocalTime(written: string): boolean {
  try {
    // In the usual way, which takes one of two and moves what is left out.
    Temporal.ZonedDateTime.from(written);
    return true;
  } catch {
    return false;
  }
}
