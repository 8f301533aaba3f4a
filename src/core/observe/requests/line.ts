/** One request as Odoo logged it. */
export interface RequestLine {
  readonly kind: 'request';
  readonly at: Temporal.Instant;
  readonly database: string | null;
  readonly method: string;
  /** Without its query string. */
  readonly path: string;
  readonly status: number;
  /** `null` where the server did not measure (the long-polling process logs only the total). */
  readonly queryCount: number | null;
  readonly sqlSeconds: number | null;
  readonly pythonSeconds: number | null;
  readonly totalSeconds: number;
}

export type LogEvent = 'error' | 'warning' | 'serialization-failure' | 'deadlock' | 'worker-killed' | 'cron-failed';

/** A line that is not a request but matters. */
export interface EventLine {
  readonly kind: 'event';
  readonly at: Temporal.Instant;
  readonly event: LogEvent;
}

// 2026-11-21 05:57:46,211 12002 INFO logistics werkzeug: 127.0.0.1 - - [21/Nov/2026 05:57:46] "GET /x HTTP/1.1" 200 - 2 0.004 0.026
const prefix = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),(\d{3}) \d+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) (\S+) ([\w.]+): /;
const request = /"([A-Z]{3,10}) (\S{1,8000}) HTTP\/\d(?:\.\d)?" (\d{3}) (\S+) ?(.*)$/;
const performance = /^(\d+) (\d+\.\d+) (\d+\.\d+)(?: (?:ro|rw|ro->rw|-))?\s*$/;
const total = /^(\d+\.\d+)\s*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Odoo colours the figures when it logs to a terminal.
const colour = /\u001b\[[\d;]*m/g;

const eventPatterns: readonly (readonly [LogEvent, RegExp])[] = [
  ['serialization-failure', /could not serialize access|SerializationFailure|SERIALIZATION_FAILURE/],
  ['deadlock', /deadlock detected|DeadlockDetected|DEADLOCK_DETECTED/],
  ['worker-killed', /Worker\w* \(\d+\) .*(?:timeout|memory limit)|Thread .* virtual real time limit/],
  ['cron-failed', /Call from cron .* failed|Job .* (?:timed out|\(\d+\) failed)|cron: job .* failed/i],
];

function instantOf(day: string, time: string, milliseconds: string): Temporal.Instant | undefined {
  try {
    // Odoo logs in UTC: it sets TZ to UTC for itself when it starts.
    return Temporal.Instant.from(`${day}T${time}.${milliseconds}Z`);
  } catch {
    return undefined;
  }
}

/** The words that matter stand at the beginning; a long line must not make the patterns search it over and over. */
const eventBeginning = 1_000;

function eventOf(level: string, body: string): LogEvent | undefined {
  const text = body.slice(0, eventBeginning);
  for (const [event, pattern] of eventPatterns) if (pattern.test(text)) return event;
  if (level === 'ERROR' || level === 'CRITICAL') return 'error';
  return level === 'WARNING' ? 'warning' : undefined;
}

type Figures = Pick<RequestLine, 'queryCount' | 'sqlSeconds' | 'pythonSeconds' | 'totalSeconds'>;

function figuresOf(rest: string): Figures | undefined {
  const measured = performance.exec(rest);
  if (measured !== null) {
    const sqlSeconds = Number(measured[2]);
    const pythonSeconds = Number(measured[3]);
    return { queryCount: Number(measured[1]), sqlSeconds, pythonSeconds, totalSeconds: sqlSeconds + pythonSeconds };
  }
  const whole = total.exec(rest);
  if (whole === null) return undefined;
  return { queryCount: null, sqlSeconds: null, pythonSeconds: null, totalSeconds: Number(whole[1]) };
}

/** Reads one line of an Odoo server log; `undefined` for a line that says nothing we count, whatever it holds. */
export function parseLogLine(line: string): RequestLine | EventLine | undefined {
  const text = line.includes('\u001b') ? line.replaceAll(colour, '') : line;
  const head = prefix.exec(text);
  if (head === null) return undefined;
  const [matched, day = '', time = '', milliseconds = '', level = '', database = '', logger = ''] = head;
  const at = instantOf(day, time, milliseconds);
  if (at === undefined) return undefined;
  const body = text.slice(matched.length);
  if (logger !== 'werkzeug' && logger !== 'longpolling') {
    const event = eventOf(level, body);
    return event === undefined ? undefined : { kind: 'event', at, event };
  }
  const found = request.exec(body);
  const figures = found === null ? undefined : figuresOf(found[5] ?? '');
  if (found === null || figures === undefined) return undefined;
  return {
    kind: 'request',
    at,
    database: database === '?' ? null : database,
    method: found[1] ?? '',
    path: (found[2] ?? '').split('?', 1)[0] ?? '',
    status: Number(found[3]),
    ...figures,
  };
}
