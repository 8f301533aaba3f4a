import { z } from 'zod';
import { parseDuration, parsePercent } from '../../kernel/index.ts';
import type { CalendarSpan, PlainOrSecret, SecretReference } from '../model.ts';
import { meantDate, meantDuration, meantName, meantPercent, meantSize, meantTimezone, withGuess } from './meant.ts';

/** What a scalar wants to say when a value is wrong: the code of the diagnostic, and the way out. */
export interface Complaint {
  readonly code: string;
  readonly hint: string;
}

export type Context = { readonly addIssue: (issue: { code: 'custom'; message: string; params: Complaint }) => void };

/** Reports a problem with its own diagnostic code and hint, and stops this value only. */
export function complain(context: Context, code: string, message: string, hint: string): typeof z.NEVER {
  context.addIssue({ code: 'custom', message, params: { code, hint } });
  return z.NEVER;
}

const durationHint = 'Write a number and a unit, such as 90s, 5m, 1h30m, 7d or 4w.';

/** The seconds of a duration's text; what is wrong with it goes to the context. */
export function readDuration(text: string, context: Context): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) {
    const hint = withGuess(meantDuration(text), durationHint);
    return complain(context, 'DURATION_INVALID', `\`${brief(text)}\` is not a duration`, hint);
  }
  if (seconds === 0) {
    return complain(
      context,
      'DURATION_IMPOSSIBLE',
      'a duration of zero cannot be kept',
      'Write a longer one, such as 1s.',
    );
  }
  return seconds;
}

/** `5m`, `1h30m`, `30d`; never zero. Becomes seconds. */
export const duration = z
  .string()
  .transform(readDuration)
  .meta({ description: 'A duration, such as 90s, 5m, 1h30m or 30d.', examples: ['5m', '1h', '30d'] });

const spanPattern = /^(?=\d)(?:(\d{1,3})y)?(?:(\d{1,4})mo)?(?:(\d{1,5})d)?$/;

/** `7y`, `18mo`, `90d`: a length on the calendar. */
export const calendarSpan = z
  .string()
  .transform((value, context): CalendarSpan => {
    const [years, months, days] = (spanPattern.exec(value) ?? []).slice(1).map((digits) => Number(digits ?? 0));
    if ((years ?? 0) + (months ?? 0) + (days ?? 0) > 0) {
      return { years: years ?? 0, months: months ?? 0, days: days ?? 0 };
    }
    const hint = 'Write years, months or days, such as 7y, 18mo or 90d.';
    return complain(context, 'DURATION_INVALID', `\`${brief(value)}\` is not a length of time to keep`, hint);
  })
  .meta({ description: 'Years, months or days, such as 7y, 18mo or 90d.', examples: ['7y', '18mo', '90d'] });

const longestWindow = 366 * 86_400;

/** How long a calendar event lasts: seconds in all, and how many whole days (`2d`, `1w`) are in it. */
export const lasts = duration
  .transform((seconds, context) => {
    if (seconds <= longestWindow) return seconds;
    const hint = 'Declare two events, or a shorter one.';
    return complain(context, 'DURATION_IMPOSSIBLE', 'an event lasts at most a year', hint);
  })
  .meta({
    description: 'How long it lasts. Days are days on the wall, hours are hours that pass.',
    examples: ['3h', '2d'],
  });

/** The whole days in a duration's text: `2d12h` has 2, `48h` has none. */
export function daysIn(text: string): number {
  const matches = text.matchAll(/(?<![\d.])(\d+)([dw])/g);
  return [...matches].reduce((days, match) => days + Number(match[1]) * (match[2] === 'w' ? 7 : 1), 0);
}

/** `99.9%`. Becomes a ratio from 0 to 1. */
export const percent = z
  .string()
  .transform((text, context) => {
    const ratio = parsePercent(text);
    if (ratio !== undefined) return ratio;
    return complain(
      context,
      'PERCENT_INVALID',
      `\`${brief(text)}\` is not a percentage from 0% to 100%`,
      withGuess(meantPercent(text), 'Write a number and a percent sign, such as 99.9%.'),
    );
  })
  .meta({ description: 'A percentage, such as 99.9%.', examples: ['99.9%', '80%'] });

const namePattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const nameHint = 'Use lower-case letters, digits and hyphens, at most 63 characters, such as acme-prod.';

/** A name that is safe in paths, labels and addresses. */
export const name = z
  .string()
  .transform((text, context) =>
    namePattern.test(text)
      ? text
      : complain(context, 'NAME_INVALID', `\`${brief(text)}\` is not a name`, withGuess(meantName(text), nameHint)),
  )
  .meta({ description: `A name. ${nameHint}`, pattern: namePattern.source });

/** Text with something in it. */
export const text = z.string().min(1).max(2_000).meta({ description: 'Text.' });

/** A local date, `2026-12-25`. */
export const date = z
  .string()
  .transform((value, context) => {
    try {
      return Temporal.PlainDate.from(value, { overflow: 'reject' }).toString();
    } catch {
      const hint = withGuess(meantDate(value), 'Write it as 2026-12-25.');
      return complain(context, 'DATE_INVALID', `\`${brief(value)}\` is not a date`, hint);
    }
  })
  .meta({ description: 'A date, such as 2026-12-25.' });

/** A local date or date and time, `2026-11-20` or `2026-11-20T09:00`. */
export const localDateTime = z
  .string()
  .transform((value, context) => {
    try {
      if (/[zZ[]|[+-]\d\d:?\d\d$/.test(value.slice(10))) throw new RangeError('a zone is not local time');
      return Temporal.PlainDateTime.from(value, { overflow: 'reject' }).toString({ smallestUnit: 'second' });
    } catch {
      const form = "Write it in the site's local time: 2026-11-20 or 2026-11-20T09:00.";
      const hint = withGuess(meantDate(value), form);
      return complain(context, 'DATE_INVALID', `\`${brief(value)}\` is not a local date or time`, hint);
    }
  })
  .meta({ description: 'A local date or date and time, such as 2026-11-20T09:00.' });

/** A moment for everybody, `2026-11-21T22:00:00Z`. */
export const instant = z
  .string()
  .transform((value, context) => {
    try {
      return Temporal.Instant.from(value);
    } catch {
      const hint = 'Write it in UTC or with an offset: 2026-11-21T22:00:00Z.';
      return complain(context, 'DATE_INVALID', `\`${brief(value)}\` is not an instant`, hint);
    }
  })
  .meta({ description: 'An instant, such as 2026-11-21T22:00:00Z.' });

/** An IANA time zone by its name. Offsets are refused: they know no daylight saving. */
export const timezone = z
  .string()
  .transform((value, context) => {
    if (isTimeZone(value)) return value;
    const form = 'Use an IANA name such as Europe/Amsterdam; an offset knows no daylight-saving time.';
    const hint = withGuess(meantTimezone(value), form);
    return complain(context, 'TIMEZONE_UNKNOWN', `\`${brief(value)}\` is not a time zone`, hint);
  })
  .meta({ description: 'An IANA time zone, such as Europe/Amsterdam.', examples: ['Europe/Amsterdam', 'UTC'] });

function isTimeZone(value: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(value)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(value);
    return true;
  } catch {
    return false;
  }
}

const referencePattern = /^(env|file):(.+)$/;
const referenceHint =
  'Write env:NAME for an environment variable, or file:/path (file:state/path for one in the state directory).';

/** Reads `env:NAME` and `file:/path`; `undefined` for anything else. */
export function readSecretReference(value: string): SecretReference | undefined {
  const match = referencePattern.exec(value);
  if (match === null) return undefined;
  const source = match[1] === 'env' ? 'env' : 'file';
  const target = match[2] ?? '';
  if (source === 'env') return /^[A-Za-z_][A-Za-z0-9_]*$/.test(target) ? { source, name: target } : undefined;
  return isSafePath(target) ? { source, name: target } : undefined;
}

/** An absolute path, or one that begins with `state/`; never one that climbs. */
function isSafePath(path: string): boolean {
  return /^(\/|state\/)[^\0]*$/.test(path) && !path.split('/').includes('..');
}

/** A secret: only ever a reference. */
export const secret = z
  .string()
  .transform((value, context) => {
    const reference = readSecretReference(value);
    // The value itself is never repeated: it may be the secret.
    return reference ?? complain(context, 'SECRET_IN_PLAIN', 'a secret is written as a plain value', referenceHint);
  })
  .meta({ description: `A secret, as a reference. ${referenceHint}`, pattern: referencePattern.source });

/** Text that may be plain or a reference to a secret. A reference that is written wrongly is refused, not taken for text. */
export const plainOrSecret = z
  .string()
  .min(1)
  .transform((value, context): PlainOrSecret => {
    if (!/^(env|file):/.test(value)) return value;
    const reference = readSecretReference(value);
    return reference ?? complain(context, 'SECRET_REFERENCE_INVALID', 'this is not a secret reference', referenceHint);
  })
  .meta({ description: `Plain text, or a reference. ${referenceHint}` });

/** A place on the machine: an absolute path, or `state/…` for one inside Plimsoll's state directory. */
export const path = z
  .string()
  .transform((value, context) => {
    if (isSafePath(value)) return value;
    const hint = 'Write an absolute path, or state/… for one inside the state directory.';
    return complain(context, 'PATH_INVALID', `\`${brief(value)}\` is not a path Plimsoll can use`, hint);
  })
  .meta({ description: 'An absolute path, or state/… for one inside the state directory.' });

const firstVersion = 14;
const lastVersion = 19;

/** Odoo 14.0 to 19.0. Unquoted `19.0` is a number in YAML and is understood. */
export const odooVersion = z
  .union([z.string(), z.number()])
  .transform((value, context) => {
    const match = /^(\d{1,3})(?:\.0)?$/.exec(String(value));
    const major = Number(match?.[1]);
    if (major >= firstVersion && major <= lastVersion) return `${major}.0`;
    const message = `Odoo \`${brief(String(value))}\` is not supported`;
    return complain(context, 'VERSION_UNSUPPORTED', message, 'Plimsoll supports Odoo 14.0 to 19.0.');
  })
  .meta({ description: 'An Odoo version from "14.0" to "19.0".', examples: ['19.0'] });

/** A size such as `512MiB` or `20GiB`. Becomes bytes. */
export const size = z
  .string()
  .transform((value, context) => {
    const match = /^(\d+(?:\.\d+)?)\s*(MiB|GiB|TiB)$/.exec(value.trim());
    const unit = { MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 }[match?.[2] ?? ''];
    if (match !== null && unit !== undefined && Number(match[1]) > 0) return Number(match[1]) * unit;
    const hint = withGuess(meantSize(value), 'Write it as 512MiB, 20GiB or 2TiB.');
    return complain(context, 'SIZE_INVALID', `\`${brief(value)}\` is not a size`, hint);
  })
  .meta({ description: 'A size, such as 20GiB.' });

/** A value shortened to what a message can carry. */
export function brief(value: string): string {
  const line = value.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
