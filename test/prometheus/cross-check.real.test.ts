import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPrometheusSource } from '../../src/adapters/prometheus/prometheus-source.ts';
import { burnExpression } from '../../src/core/compile/prometheus/index.ts';
import { parseEstate } from '../../src/core/estate/index.ts';
import {
  burnRulesFor,
  countsIn,
  createSeries,
  judgeBurn,
  objectivesOf,
  type Recorded,
  type Series,
} from '../../src/core/objective/index.ts';
import { runTool, startPrometheus } from './tools.ts';

const begin = Temporal.Instant.from('2026-11-16T00:00:00Z').epochMilliseconds / 1_000;
const scrapeSeconds = 30;
const scrapes = 2 * 2_880;
const hourly = 120;

/** How many in twenty fail: a fast burn, a slow one, and one around the gap. */
function failuresAt(scrape: number): number {
  const hour = scrape / hourly;
  if (hour >= 6 && hour < 7) return 4;
  if (hour >= 14 && hour < 22) return 1;
  return hour >= 29 && hour < 34 ? 3 : 0;
}

/** Prometheus could not scrape for two hours, amid a burn. */
const isGap = (scrape: number): boolean => scrape >= 30 * hourly && scrape < 32 * hourly;
/** Odoo was restarted twice: its counters begin anew, once within the gap. */
const isReset = (scrape: number): boolean => scrape === 16 * hourly + 7 || scrape === 31 * hourly;

function openMetrics(): string {
  const lines: Record<'good' | 'total', string[]> = { good: [], total: [] };
  const counter = { good: 1_000, total: 1_000 };
  for (let scrape = 0; scrape < scrapes; scrape += 1) {
    if (isReset(scrape)) Object.assign(counter, { good: 0, total: 0 });
    counter.total += 20;
    counter.good += 20 - failuresAt(scrape);
    if (isGap(scrape)) continue;
    for (const name of ['good', 'total'] as const) {
      lines[name].push(`shop_${name}_total{job="odoo"} ${counter[name]} ${begin + scrape * scrapeSeconds}`);
    }
  }
  const family = (name: 'good' | 'total') => [`# TYPE shop_${name} counter`, ...lines[name]];
  return [...family('good'), ...family('total'), '# EOF', ''].join('\n');
}

const estate = `
kind: Estate
name: e
---
kind: Team
name: t
---
kind: Environment
name: a
stage: production
platform: host
odoo: { version: "19.0", database: a }
connect: { prometheus: { url: "http://127.0.0.1:9090" } }
---
kind: BusinessService
name: s
environments: [a]
owner: t
objectives: [{ availability: 99.5%, prometheus: { good: 'shop_good_total{job="odoo"}', total: 'shop_total_total{job="odoo"}' } }]
`;

function specOf() {
  const { estate: parsed, diagnostics } = parseEstate([{ path: 'e.yaml', text: estate }]);
  const [environment] = parsed?.environments ?? [];
  if (parsed === undefined || environment === undefined) throw new Error(JSON.stringify(diagnostics));
  const [spec] = objectivesOf(parsed, environment);
  if (spec === undefined) throw new Error('nothing is promised');
  return spec;
}

let directory: string;
let prometheus: Awaited<ReturnType<typeof startPrometheus>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plimsoll-prometheus-'));
  await writeFile(join(directory, 'metrics.txt'), openMetrics());
  await writeFile(join(directory, 'prometheus.yaml'), 'global: { scrape_interval: 30s }\n');
  const data = join(directory, 'data');
  const made = await runTool([
    'promtool',
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    join(directory, 'metrics.txt'),
    data,
  ]);
  if (made.code !== 0) throw new Error(made.said);
  prometheus = await startPrometheus(data, join(directory, 'prometheus.yaml'));
}, 60_000);
afterAll(async () => {
  await prometheus?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** The compiled expression on the counters themselves, in place of what recording rules would have kept. */
function onCounters(expression: string): string {
  const increase = (name: string, span: string): string => `sum(increase(shop_${name}_total[${span}]))`;
  return expression
    .replaceAll(/plimsoll:objective_failure:ratio_(\w+)\{[^}]*\}/g, (_, span: string) => {
      return `(1 - ${increase('good', span)} / (${increase('total', span)} > 0))`;
    })
    .replaceAll(/plimsoll:objective_events:increase_(\w+)\{[^}]*\}/g, (_, span: string) => increase('total', span));
}

async function ask(query: string, atSeconds: number): Promise<number | undefined> {
  const search = new URLSearchParams({ query, time: String(atSeconds) });
  const response = await fetch(`${prometheus.url}/api/v1/query?${search}`);
  const body = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  const value = body.data.result[0]?.value[1];
  return value === undefined ? undefined : Number(value);
}

/** The instants at which a query answers anything, asked for in one go. */
async function firingAt(query: string, from: number, to: number, stepSeconds: number): Promise<readonly number[]> {
  const search = new URLSearchParams({ query, start: String(from), end: String(to), step: String(stepSeconds) });
  const response = await fetch(`${prometheus.url}/api/v1/query_range?${search}`);
  const body = (await response.json()) as { data: { result: { values: [number, string][] }[] } };
  return body.data.result.flatMap(({ values }) => values.map(([at]) => at)).sort((a, b) => a - b);
}

describe('our verdicts and those of a real Prometheus on the same series', () => {
  const spec = specOf();
  const instants = Array.from({ length: 90 }, (_, index) => begin + 3 * 3_600 + index * 1_800 + 600);
  const source = createPrometheusSource({ url: async () => prometheus.url });
  const at = (seconds: number) => Temporal.Instant.fromEpochMilliseconds(seconds * 1_000);
  let recorded: Recorded;

  beforeAll(async () => {
    const whole = { from: at(begin), to: at(begin + scrapes * scrapeSeconds), stepSeconds: 60 };
    recorded = await source.read(spec, whole);
  });

  test('every rule fires at the same times, across the gap and the resets', async () => {
    const whole = createSeries(recorded.points);
    const asOf = new Map<number, Series>();
    // In the gap nobody knows yet what the first scrape after it will tell.
    for (const atSeconds of instants.filter((at) => isGap((at - begin) / scrapeSeconds))) {
      const known = await source.read(spec, { from: at(begin), to: at(atSeconds), stepSeconds: 60 });
      asOf.set(atSeconds, createSeries(known.points));
    }
    expect(asOf.size).toBe(4);
    const [ours, theirs]: [string[], string[]] = [[], []];
    for (const rule of burnRulesFor(spec.windowSeconds)) {
      const query = onCounters(burnExpression(spec, rule));
      const words = (atSeconds: number): string =>
        `${rule.severity} ${rule.window} at ${((atSeconds - begin) / 3_600).toFixed(2)} h`;
      ours.push(...instants.filter((at) => judgeBurn(asOf.get(at) ?? whole, spec, rule, at).fires).map(words));
      theirs.push(...(await firingAt(query, instants[0] ?? 0, instants.at(-1) ?? 0, 1_800)).map(words));
    }
    expect(theirs.length).toBeGreaterThan(20);
    expect(new Set(ours.map((said) => said.slice(0, 9))).size).toBeGreaterThan(2);
    expect(ours).toEqual(theirs);
  });

  test('ratios differ by less than a scrape in the window; a reset loses nothing and makes nothing up', async () => {
    const series = createSeries(recorded.points);
    for (const atSeconds of [begin + 16.5 * 3_600, begin + 20 * 3_600, begin + 40 * 3_600]) {
      const { failed, total } = countsIn(series, atSeconds, 6 * 3_600);
      const ratio = await ask(
        '1 - sum(increase(shop_good_total[6h])) / sum(increase(shop_total_total[6h]))',
        atSeconds,
      );
      expect(Math.abs(failed / total - (ratio ?? 1))).toBeLessThan(0.002);
    }
    const { total } = countsIn(series, begin + 24 * 3_600, 12 * 3_600);
    expect(Math.abs(total - 12 * hourly * 20)).toBeLessThanOrEqual(40);
  });

  test('what was not scraped is a gap in what we saw', () => {
    const gap = begin + 31 * 3_600;
    expect(recorded.seen).toHaveLength(2);
    expect(recorded.seen?.some(({ fromSeconds, toSeconds }) => gap > fromSeconds && gap < toSeconds)).toBe(false);
  });
});
