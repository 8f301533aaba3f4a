import { z } from 'zod';
import { Fault } from '../../core/kernel/index.ts';
import { pointsOfCounters, type Readings } from '../../core/objective/index.ts';
import { labelsKey } from '../../core/observe/index.ts';
import type { SliSource } from '../../ports/sli-source.ts';

/** Prometheus answers a range of raw readings; what does not look so is not believed. */
const answer = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) }),
    ),
  }),
});

export interface PrometheusOptions {
  /** The base address, asked for at each read: it may be a secret. */
  readonly url: () => Promise<string>;
  readonly timeoutSeconds?: number;
}

/** A reading before the stretch, so that the first step in it has something to grow from. */
const leadSeconds = 300;
const seenWithinSeconds = 300;
/** So many days are asked for at once: an answer stays below what a server refuses (query.max-samples). */
const mostDays = 3;
const largestAnswerBytes = 256 * 1024 * 1024;

async function ask(options: PrometheusOptions, query: string, at: Temporal.Instant) {
  const base = await options.url();
  const address = new URL('api/v1/query', base.endsWith('/') ? base : `${base}/`);
  address.search = new URLSearchParams({ query, time: String(at.epochMilliseconds / 1_000) }).toString();
  const unreachable = (message: string, cause?: unknown): Fault =>
    // The address may hold a password: only its host is told.
    new Fault('PROMETHEUS_UNREACHABLE', `The Prometheus at ${address.host} ${message}.`, { cause });
  const signal = AbortSignal.timeout((options.timeoutSeconds ?? 20) * 1_000);
  const response = await fetch(address, { signal, redirect: 'error' }).catch((error: unknown) => {
    throw unreachable('does not answer', error);
  });
  if (!response.ok) throw unreachable(`answers ${response.status}`);
  if (Number(response.headers.get('content-length') ?? 0) > largestAnswerBytes) throw unreachable('answers too much');
  const parsed = answer.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw unreachable('answers something else than a range of readings');
  return parsed.data.data.result;
}

/** Every series of a selector over a stretch, asked for in parts that overlap: a reading that comes twice is one. */
async function readAll(
  options: PrometheusOptions,
  selector: string,
  from: Temporal.Instant,
  to: Temporal.Instant,
): Promise<readonly Readings[]> {
  const series = new Map<string, Map<number, number>>();
  let begin = from.subtract({ seconds: leadSeconds });
  while (Temporal.Instant.compare(begin, to) < 0) {
    const limit = begin.add({ hours: mostDays * 24 });
    const end = Temporal.Instant.compare(limit, to) < 0 ? limit : to;
    const seconds = Math.ceil(end.since(begin).total('seconds'));
    for (const { metric, values } of await ask(options, `${selector}[${seconds}s]`, end)) {
      const key = labelsKey(metric);
      const readings = series.get(key) ?? new Map<number, number>();
      series.set(key, readings);
      for (const [at, value] of values) readings.set(at, Number(value));
    }
    begin = end;
  }
  return [...series.values()].map((readings) => [...readings].sort(([a], [b]) => a - b));
}

/** Reads objectives that name counters from a Prometheus, by its own HTTP API. */
export function createPrometheusSource(options: PrometheusOptions): SliSource {
  return {
    async read({ signal }, { from, to, stepSeconds }) {
      if (signal.kind !== 'prometheus') return { points: [], seen: undefined };
      const [good, total] = await Promise.all([
        readAll(options, signal.good, from, to),
        readAll(options, signal.total, from, to),
      ]);
      const recorded = pointsOfCounters(good, total, stepSeconds, seenWithinSeconds);
      const [begin, end] = [from.epochMilliseconds / 1_000, to.epochMilliseconds / 1_000];
      const isInside = ({ atSeconds }: { readonly atSeconds: number }): boolean => atSeconds > begin;
      // The last step may end after the stretch: what is in it so far counts now.
      const points = recorded.points
        .filter(isInside)
        .map((point) => ({ ...point, atSeconds: Math.min(point.atSeconds, end) }));
      return { points, seen: recorded.seen };
    },
  };
}
