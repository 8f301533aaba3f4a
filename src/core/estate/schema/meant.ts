import { formatPercent, parseDuration } from '../../kernel/index.ts';
import { nearest } from '../read/words.ts';

/** What somebody probably meant by a value that is written wrongly: a question to put before the form, or nothing. */
type Guess = string | undefined;

/** The guess, where there is one, and then the form that is always right. */
export function withGuess(guess: Guess, form: string): string {
  return guess === undefined ? form : `${guess} ${form}`;
}

const isBareNumber = (text: string): boolean => /^\d+(?:\.\d+)?$/.test(text);

const durationWords: readonly (readonly [RegExp, string])[] = [
  [/seconds?|secs?/g, 's'],
  [/minutes?|mins?/g, 'm'],
  [/hours?|hrs?/g, 'h'],
  [/days?/g, 'd'],
  [/weeks?/g, 'w'],
];

/** `90`, `5 min`, `1 Month`. */
export function meantDuration(text: string): Guess {
  const compact = text.toLowerCase().replaceAll(/\s+/g, '');
  if (isBareNumber(compact)) return `It has no unit: did you mean \`${compact}s\`, \`${compact}m\` or \`${compact}h\`?`;
  if (/^-/.test(compact)) return 'It cannot be negative.';
  if (/^\d+(mo|months?|y|years?)$/.test(compact)) return 'Months and years differ in length: count days or weeks.';
  const written = durationWords.reduce((word, [long, unit]) => word.replaceAll(long, unit), compact);
  return (parseDuration(written) ?? 0) > 0 ? `Did you mean \`${written}\`?` : undefined;
}

/** `8`, `20GB`, `8 gigs`. */
export function meantSize(text: string): Guess {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text.trim().toLowerCase());
  const [, count = '', unit = ''] = match ?? [];
  if (match === null || Number(count) === 0) return undefined;
  if (unit === '') return `It has no unit: did you mean \`${count}MiB\` or \`${count}GiB\`?`;
  const known = { m: 'MiB', g: 'GiB', t: 'TiB' }[unit.charAt(0)];
  return known === undefined ? undefined : `Did you mean \`${count}${known}\`?`;
}

/** `0.8`, `80`, `99,9%`. */
export function meantPercent(text: string): Guess {
  const written = text.trim().replace(',', '.').replace(/\s*%$/, '');
  if (!isBareNumber(written) || Number(written) > 100) return undefined;
  const isRatio = !text.includes('%') && Number(written) <= 1;
  return `Did you mean \`${isRatio ? formatPercent(Number(written)) : `${Number(written)}%`}\`?`;
}

/** `Acme Prod`, `acme_prod`. */
export function meantName(text: string): Guess {
  const written = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return written === '' || written.length > 63 ? undefined : `Did you mean \`${written}\`?`;
}

/** `2026-02-30`, `25.12.2026`. Whether 3/4/2026 is in March or April is not guessed. */
export function meantDate(text: string): Guess {
  const turned = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$/.exec(text.trim());
  if (turned !== null) {
    const [, day = '', separator, month = '', year] = turned;
    if (separator === '/' && Number(day) <= 12 && Number(month) <= 12) return 'The year comes first, then the month.';
    const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    return isDate(written) ? `Did you mean \`${written}\`?` : undefined;
  }
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])-\d{2}/.exec(text) ?? [];
  if (year === undefined || month === undefined) return undefined;
  const { daysInMonth } = Temporal.PlainYearMonth.from(`${year}-${month}`);
  return Number(text.slice(8, 10)) > daysInMonth ? `${year}-${month} has ${daysInMonth} days.` : undefined;
}

function isDate(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}

/** `Europe/Amsterdm`, `Amsterdam`. */
export function meantTimezone(text: string): Guess {
  const zones = Intl.supportedValuesOf('timeZone');
  const written = text.trim().replaceAll(' ', '_').toLowerCase();
  const near = zones.find((zone) => zone.toLowerCase().split('/').at(-1) === written) ?? nearest(text, zones);
  return near === undefined ? undefined : `Did you mean \`${near}\`?`;
}
