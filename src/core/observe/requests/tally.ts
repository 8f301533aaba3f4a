import { createLatencySketch, type LatencySketch } from '../latency-sketch.ts';
import type { Sample, SketchSample } from '../sample.ts';
import { classifyRequest } from './classify.ts';
import { parseLogLine, type RequestLine } from './line.ts';

interface ClassTally {
  readonly sketch: LatencySketch;
  queryCount: number;
  sqlSeconds: number;
  pythonSeconds: number;
}

/** What the lines of one interval add up to. */
export interface RequestTally {
  readonly classes: ReadonlyMap<string, ClassTally>;
  /** Keyed `class source outcome`. */
  readonly requests: ReadonlyMap<string, number>;
  readonly events: ReadonlyMap<string, number>;
  readonly requestCount: number;
}

const increment = (map: Map<string, number>, key: string): void => {
  map.set(key, (map.get(key) ?? 0) + 1);
};

function outcomeOf(status: number): string {
  if (status >= 500) return 'server-error';
  return status >= 400 ? 'client-error' : 'ok';
}

function tallyRequest(line: RequestLine, classes: Map<string, ClassTally>, requests: Map<string, number>): void {
  const { class: requestClass, source } = classifyRequest(line.path);
  increment(requests, `${requestClass} ${source} ${outcomeOf(line.status)}`);
  const tally = classes.get(requestClass) ?? {
    sketch: createLatencySketch(),
    queryCount: 0,
    sqlSeconds: 0,
    pythonSeconds: 0,
  };
  classes.set(requestClass, tally);
  tally.sketch.add(line.totalSeconds);
  tally.queryCount += line.queryCount ?? 0;
  tally.sqlSeconds += line.sqlSeconds ?? 0;
  tally.pythonSeconds += line.pythonSeconds ?? line.totalSeconds;
}

/** Adds up the lines of one interval. Requests to other databases of the same server are left out. */
export function tallyRequests(lines: readonly string[], database: string): RequestTally {
  const classes = new Map<string, ClassTally>();
  const requests = new Map<string, number>();
  const events = new Map<string, number>();
  let requestCount = 0;
  for (const text of lines) {
    const line = parseLogLine(text);
    if (line === undefined) continue;
    if (line.kind === 'event') {
      increment(events, line.event);
    } else if (line.database === null || line.database === database) {
      requestCount += 1;
      tallyRequest(line, classes, requests);
    }
  }
  return { classes, requests, events, requestCount };
}

interface Interval {
  readonly environment: string;
  readonly at: Temporal.Instant;
  readonly seconds: number;
}

/** The tally as samples and sketches of the catalogue. */
export function samplesFromTally(
  tally: RequestTally,
  interval: Interval,
): { readonly samples: readonly Sample[]; readonly sketches: readonly SketchSample[] } {
  const { environment, at } = interval;
  const samples: Sample[] = [];
  const sketches: SketchSample[] = [];
  for (const [name, tallied] of tally.classes) {
    const labels = { class: name };
    const sample = (metric: string, value: number): Sample => ({ environment, metric, labels, at, value });
    samples.push(
      sample('odoo_request_query_count', tallied.queryCount),
      sample('odoo_request_sql_seconds', tallied.sqlSeconds),
      sample('odoo_request_python_seconds', tallied.pythonSeconds),
    );
    sketches.push({
      environment,
      metric: 'odoo_request_seconds',
      labels,
      at,
      intervalSeconds: interval.seconds,
      count: tallied.sketch.count,
      sketch: tallied.sketch.toBytes(),
    });
  }
  for (const [key, value] of tally.requests) {
    const [requestClass = '', source = '', outcome = ''] = key.split(' ');
    const labels = { class: requestClass, source, outcome };
    samples.push({ environment, metric: 'odoo_request_count', labels, at, value });
  }
  for (const [event, value] of tally.events) {
    samples.push({ environment, metric: 'odoo_log_event_count', labels: { event }, at, value });
  }
  return { samples, sketches };
}
