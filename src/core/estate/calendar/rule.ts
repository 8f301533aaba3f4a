import type { DiagnosticCode } from '../diagnostic-catalogue.ts';
import { type RuleParts, readPart } from './rule-parts.ts';

/** What is wrong with a rule. */
export interface RuleProblem {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string;
}

/** A rule that was understood: what repeats, from when, until when, and what is left out; all in local wall-clock time. */
export interface Rule {
  /** The rule without `UNTIL`, as the library takes it. */
  readonly recurrence: string;
  readonly parts: RuleParts;
  readonly start: Temporal.PlainDateTime;
  /** The last local time at which it may occur. */
  readonly until: Temporal.PlainDateTime | undefined;
  readonly except: readonly string[];
}

/** A rule as it stands in a calendar. */
export interface RuleText {
  readonly rule: string;
  readonly timezone: string;
  readonly starts: string | undefined;
  readonly except: readonly string[];
}

/** Where rules without a start count from: a Monday, the first of a month and of a year. */
const anchor = Temporal.PlainDateTime.from('2001-01-01T00:00');

/** The most occurrences a day that a business calendar has: every quarter of an hour. */
const mostPerDay = 96;

/** Reads an iCalendar rule: an RRULE, with or without its name, after a DTSTART and EXDATE where those are given. */
export function readRule(text: RuleText): Rule | RuleProblem {
  const lines = text.rule.split(/\r?\n/).map((line) => line.trim());
  const isNamed = (line: string, name: string): boolean => new RegExp(`^${name}[;:]`, 'i').test(line);
  const starts = lines.filter((line) => isNamed(line, 'DTSTART'));
  const excluded = lines.filter((line) => isNamed(line, 'EXDATE'));
  const rules = lines.filter((line) => line !== '' && !isNamed(line, 'DTSTART') && !isNamed(line, 'EXDATE'));
  const written = rules[0]?.replace(/^RRULE:/i, '');
  if (written === undefined || rules.length > 1 || starts.length > 1) {
    return invalid(`a calendar event has one rule, but here are ${rules.length}`);
  }
  if (starts.length > 0 && text.starts !== undefined)
    return invalid('the rule has a DTSTART and the event has `starts`');
  const start = readStart(text, starts[0]);
  if ('code' in start) return start;
  const except = readExcluded(excluded, text);
  if ('code' in except) return except;
  return readRecurrence(written, text.timezone, start, except.dates);
}

function readRecurrence(
  written: string,
  timezone: string,
  start: Temporal.PlainDateTime,
  except: readonly string[],
): Rule | RuleProblem {
  const parts: RuleParts = new Map();
  for (const piece of written.toUpperCase().split(';')) {
    const problem = readPart(piece, parts);
    if (problem !== undefined) return invalid(problem);
  }
  const together = contradiction(parts);
  if (together !== undefined) return invalid(together);
  if (occurrencesPerDay(parts) > mostPerDay) {
    return {
      code: 'RULE_TOO_FREQUENT',
      message: `the rule occurs ${Math.round(occurrencesPerDay(parts))} times a day`,
      hint: `A business calendar has at most ${mostPerDay} occurrences a day; use a longer FREQ or INTERVAL.`,
    };
  }
  const until = parts.has('UNTIL') ? readLocal(parts.get('UNTIL') ?? '', timezone, 'end') : undefined;
  if (parts.has('UNTIL') && until === undefined) return invalid(`\`${parts.get('UNTIL')}\` is not a date or time`);
  const kept = [...parts].filter(([name]) => name !== 'UNTIL').map(([name, value]) => `${name}=${value}`);
  return { recurrence: kept.join(';'), parts, start, until, except };
}

/** Whether a rule counts from a start (every second week, ten times) and therefore needs one. */
export function countsFromStart(rule: Rule): boolean {
  return rule.parts.has('COUNT') || Number(rule.parts.get('INTERVAL') ?? 1) > 1;
}

/** Whether a start was written, rather than the anchor taken. */
export function hasOwnStart(rule: Rule): boolean {
  return !rule.start.equals(anchor);
}

function readStart(text: RuleText, line: string | undefined): Temporal.PlainDateTime | RuleProblem {
  if (text.starts !== undefined) return Temporal.PlainDateTime.from(text.starts);
  if (line === undefined) return anchor;
  const zone = /;TZID=([^;:]+)/i.exec(line)?.[1];
  if (zone !== undefined && zone !== text.timezone) {
    return invalid(`DTSTART is in ${zone}, but the site is in ${text.timezone}`);
  }
  const value = line.slice(line.indexOf(':') + 1);
  return readLocal(value.toUpperCase(), text.timezone, 'start') ?? invalid(`\`${value}\` is not a date or time`);
}

function readExcluded(lines: readonly string[], text: RuleText): { dates: readonly string[] } | RuleProblem {
  const dates = [...text.except];
  for (const value of lines.flatMap((line) => line.slice(line.indexOf(':') + 1).split(','))) {
    const at = readLocal(value.toUpperCase(), text.timezone, 'start');
    if (at === undefined) return invalid(`\`${value}\` is not a date or time`);
    dates.push(at.toPlainDate().toString());
  }
  return { dates };
}

/** Reads `20261120`, `20261120T090000` or `20261120T080000Z` as local time. A date alone is its first or last second. */
function readLocal(value: string, timezone: string, edge: 'start' | 'end'): Temporal.PlainDateTime | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/.exec(value);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, zulu] = match;
  try {
    const date = Temporal.PlainDate.from(`${year}-${month}-${day}`);
    if (hour === undefined) return date.toPlainDateTime(edge === 'start' ? '00:00' : '23:59:59');
    const local = date.toPlainDateTime(`${hour}:${minute}:${second}`);
    if (zulu === undefined) return local;
    return local.toZonedDateTime('UTC').withTimeZone(timezone).toPlainDateTime();
  } catch {
    return undefined;
  }
}

function contradiction(parts: RuleParts): string | undefined {
  const frequency = parts.get('FREQ');
  const has = (name: string): boolean => parts.has(name);
  if (frequency === undefined) return 'the rule has no FREQ';
  if (has('COUNT') && has('UNTIL')) return 'COUNT and UNTIL cannot stand together';
  if (has('BYWEEKNO') && frequency !== 'YEARLY') return 'BYWEEKNO needs FREQ=YEARLY';
  if (has('BYYEARDAY') && /^(DAILY|WEEKLY|MONTHLY)$/.test(frequency)) return `BYYEARDAY does not fit FREQ=${frequency}`;
  if (has('BYMONTHDAY') && frequency === 'WEEKLY') return 'BYMONTHDAY does not fit FREQ=WEEKLY';
  if (/\d/.test(parts.get('BYDAY') ?? '') && !/^(MONTHLY|YEARLY)$/.test(frequency)) {
    return 'a numbered weekday such as 1MO needs FREQ=MONTHLY or YEARLY';
  }
  const hasOther = [...parts.keys()].some((name) => name.startsWith('BY') && name !== 'BYSETPOS');
  return has('BYSETPOS') && !hasOther ? 'BYSETPOS needs another BY… part to choose from' : undefined;
}

/** An upper bound, from the rule's parts alone. */
function occurrencesPerDay(parts: RuleParts): number {
  const count = (name: string): number => new Set(parts.get(name)?.split(',') ?? ['']).size;
  const perPeriod = count('BYHOUR') * count('BYMINUTE') * count('BYSECOND');
  const interval = Number(parts.get('INTERVAL') ?? 1);
  const frequency = parts.get('FREQ');
  if (frequency === 'HOURLY') return (24 / interval) * count('BYMINUTE') * count('BYSECOND');
  if (frequency === 'MINUTELY') return (1_440 / interval) * count('BYSECOND');
  return frequency === 'SECONDLY' ? 86_400 / interval : perPeriod;
}

function invalid(message: string): RuleProblem {
  return {
    code: 'RULE_INVALID',
    message,
    hint: 'Write an RRULE, such as FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=17;BYMINUTE=0.',
  };
}
