import { nearest } from '../read/words.ts';

/** The parts of a rule by name, upper case: `FREQ` → `WEEKLY`. */
export type RuleParts = Map<string, string>;

const frequencies = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'];
const weekday = '(MO|TU|WE|TH|FR|SA|SU)';

type Check = (value: string) => string | undefined;

/** Every item of a list between two numbers; negative ones count from the end where allowed. */
function numbers(least: number, most: number, mayBeNegative = false): Check {
  return (value) => {
    for (const item of value.split(',')) {
      const number = Number(item);
      const size = mayBeNegative ? Math.abs(number) : number;
      if (!/^[+-]?\d{1,6}$/.test(item) || size < least || size > most) {
        return `\`${item}\` is not a number from ${least} to ${most}${mayBeNegative ? ', or that from the end' : ''}`;
      }
    }
    return undefined;
  };
}

function weekdays(value: string): string | undefined {
  const wrong = value.split(',').find((item) => {
    const match = new RegExp(`^([+-]?\\d{1,2})?${weekday}$`).exec(item);
    const ordinal = Math.abs(Number(match?.[1] ?? 1));
    return match === null || ordinal < 1 || ordinal > 53;
  });
  return wrong === undefined ? undefined : `\`${wrong}\` is not a weekday such as MO or -1FR`;
}

const checks: Readonly<Record<string, Check>> = {
  FREQ: (value) => (frequencies.includes(value) ? undefined : `\`${value}\` is not one of ${frequencies.join(', ')}`),
  INTERVAL: single(numbers(1, 1_000)),
  COUNT: single(numbers(1, 100_000)),
  // Its form is read later: it depends on the zone.
  UNTIL: () => undefined,
  BYSECOND: numbers(0, 59),
  BYMINUTE: numbers(0, 59),
  BYHOUR: numbers(0, 23),
  BYDAY: weekdays,
  BYMONTHDAY: numbers(1, 31, true),
  BYYEARDAY: numbers(1, 366, true),
  BYWEEKNO: numbers(1, 53, true),
  BYMONTH: numbers(1, 12),
  BYSETPOS: numbers(1, 366, true),
  WKST: (value) => (new RegExp(`^${weekday}$`).test(value) ? undefined : `\`${value}\` is not a weekday such as MO`),
};

function single(check: Check): Check {
  return (value) => (value.includes(',') ? `\`${value}\` must be one number` : check(value));
}

/** Reads one `NAME=VALUE` into `parts`; answers what is wrong with it, in words. */
export function readPart(piece: string, parts: RuleParts): string | undefined {
  const [name = '', value, ...more] = piece.trim().split('=');
  if (value === undefined || value === '' || more.length > 0)
    return `\`${short(piece)}\` is not of the form NAME=VALUE`;
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (check === undefined) {
    const near = nearest(name, Object.keys(checks));
    return `\`${short(name)}\` is not a part of a rule${near === undefined ? '' : `; did you mean ${near}?`}`;
  }
  if (parts.has(name)) return `${name} stands twice in the rule`;
  const problem = check(value);
  if (problem !== undefined) return `${name}: ${problem}`;
  parts.set(name, value);
  return undefined;
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
