import {
  createLatencySketch,
  feltClasses,
  type LatencyFact,
  type LatencySketch,
  readLatencySketch,
  type Sample,
  type SketchSample,
  samplesFromTally,
  tallyRequests,
} from '../../core/observe/index.ts';
import type { RequestLog } from '../../ports/request-log.ts';
import type { Sight } from './isolate.ts';
import type { EnvironmentMemory } from './memory.ts';

const latencyWindowSeconds = 300;
/** Reads per look: a log that grew by more is caught up with at the next ones. */
const maximumReads = 8;

interface RequestLook {
  readonly environment: string;
  readonly odooDatabase: string;
  readonly log: RequestLog;
  readonly memory: EnvironmentMemory;
  readonly at: Temporal.Instant;
  readonly collectEverySeconds: number;
  readonly signal: AbortSignal;
}

export interface RequestSight {
  readonly samples: readonly Sample[];
  readonly sketches: readonly SketchSample[];
  readonly latencies: readonly LatencyFact[];
}

async function readLines(
  look: RequestLook,
): Promise<{ readonly lines: readonly string[]; readonly skippedBytes: number }> {
  const lines: string[] = [];
  let skippedBytes = 0;
  for (let read = 0; read < maximumReads; read += 1) {
    look.signal.throwIfAborted();
    const chunk = await look.log.readNew();
    for (const line of chunk.lines) lines.push(line);
    skippedBytes += chunk.skippedBytes;
    if (!chunk.hasMore) break;
  }
  return { lines, skippedBytes };
}

function recentLatencies(memory: EnvironmentMemory, now: Temporal.Instant): readonly LatencyFact[] {
  while (memory.sketches[0] !== undefined && now.since(memory.sketches[0].at).total('seconds') > latencyWindowSeconds) {
    memory.sketches.shift();
  }
  const merged = new Map<string, LatencySketch>();
  for (const { class: name, sketch } of memory.sketches) {
    const whole = merged.get(name) ?? createLatencySketch();
    whole.merge(sketch);
    merged.set(name, whole);
  }
  return [...merged].flatMap(([name, sketch]) => {
    const p95Seconds = sketch.quantile(0.95);
    const isFelt = feltClasses.some((felt) => felt === name);
    return p95Seconds === undefined || !isFelt ? [] : [{ class: name, count: sketch.count, p95Seconds }];
  });
}

/** Reads what Odoo logged since the last look and adds it up per transaction class. */
export async function collectRequests(look: RequestLook): Promise<Sight<RequestSight>> {
  const { lines, skippedBytes } = await readLines(look);
  const since = look.memory.lastRequestsAt;
  const seconds = since === undefined ? look.collectEverySeconds : look.at.since(since).total('seconds');
  look.memory.lastRequestsAt = look.at;
  const start = look.at.subtract({ milliseconds: Math.round(seconds * 1_000) });
  const { samples, sketches } = samplesFromTally(tallyRequests(lines, look.odooDatabase), {
    environment: look.environment,
    at: look.at,
    seconds,
  });
  const atStart = sketches.map((sketch) => ({ ...sketch, at: start }));
  // What the first look reads may be from a time in which no controller ran: it is counted, and does not tell how
  // fast Odoo is now.
  for (const { labels, sketch } of since === undefined ? [] : atStart) {
    look.memory.sketches.push({ at: look.at, class: labels['class'] ?? '', sketch: readLatencySketch(sketch) });
  }
  look.memory.answers.set('requests', { at: look.at, everySeconds: 0, samples });
  return {
    result: { samples, sketches: atStart, latencies: recentLatencies(look.memory, look.at) },
    missing: skippedBytes > 0 ? `${skippedBytes} bytes of the log were skipped to catch up` : undefined,
  };
}
