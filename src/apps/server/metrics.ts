import { promNames } from '../../core/compile/prometheus/index.ts';
import { isStale, oldestCurrent, staleAfter } from '../../core/observe/index.ts';
import type { ServerDeps } from './deps.ts';
import { currentHealth } from './views/format.ts';

const healths = ['healthy', 'degraded', 'unhealthy', 'unknown'] as const;
const bucketsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

type Labels = Readonly<Record<string, string>>;

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

/** One line of the text exposition format. */
function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function family(name: string, type: 'gauge' | 'counter' | 'histogram', help: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`;
}

/** Labels that Prometheus keeps for its own histograms and summaries. */
const reservedLabels = new Set(['le', 'quantile']);

/** The labels of a sample; a reserved one is renamed as Prometheus itself renames labels that clash. */
function labelsOf(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [reservedLabels.has(name) ? `exported_${name}` : name, value]),
  );
}

interface RouteCount {
  readonly labels: Labels;
  count: number;
  seconds: number;
  readonly buckets: number[];
}

/** Counts the server's own requests by route, never by address: the number of series stays bounded. */
export function createRequestMeter() {
  const counts = new Map<string, RouteCount>();
  return {
    record(route: string, method: string, status: number, seconds: number): void {
      const labels = { route, method, status: `${Math.floor(status / 100)}xx` };
      const key = Object.values(labels).join(' ');
      const found = counts.get(key) ?? { labels, count: 0, seconds: 0, buckets: bucketsSeconds.map(() => 0) };
      counts.set(key, found);
      found.count += 1;
      found.seconds += seconds;
      for (const [index, bound] of bucketsSeconds.entries()) {
        if (seconds <= bound) found.buckets[index] = (found.buckets[index] ?? 0) + 1;
      }
    },
    expose(): string {
      const name = 'plimsoll_http_request_duration_seconds';
      const lines = [...counts.values()].flatMap(({ labels, count, seconds, buckets }) => [
        ...bucketsSeconds.map((bound, index) =>
          line(`${name}_bucket`, { ...labels, le: String(bound) }, buckets[index] ?? 0),
        ),
        line(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
        line(`${name}_sum`, labels, seconds),
        line(`${name}_count`, labels, count),
      ]);
      return family(name, 'histogram', 'Time to answer a request of the API, by route.', lines);
    },
  };
}

export type RequestMeter = ReturnType<typeof createRequestMeter>;

async function environmentMetrics(deps: ServerDeps): Promise<string> {
  const now = deps.clock.now();
  const health: string[] = [];
  const samples: string[] = [];
  for (const environment of deps.estate().estate.environments) {
    const { name, thresholds } = environment;
    const current = currentHealth(name, await deps.store.health.get(name), now, staleAfter(thresholds));
    for (const aspect of ['business', 'infrastructure'] as const) {
      for (const each of healths) {
        const labels = { environment: name, aspect, health: each };
        health.push(line('plimsoll_environment_health', labels, current[aspect].health === each ? 1 : 0));
      }
    }
    const known = await deps.samples.latest(name, oldestCurrent(environment, now));
    for (const sample of known.filter((each) => !isStale(environment, each, now))) {
      const labels = { ...labelsOf(sample.labels), environment: name, metric: sample.metric };
      samples.push(line('plimsoll_sample_value', labels, sample.value));
    }
  }
  return (
    family(
      'plimsoll_environment_health',
      'gauge',
      'One for the health that an environment has, zero for the others.',
      health,
    ) +
    family(
      'plimsoll_sample_value',
      'gauge',
      'The newest value of each series that is not stale; its unit is part of the metric name.',
      samples,
    )
  );
}

/** What was counted for each objective, as counters for the rules that `plimsoll compile --target prometheus` writes. */
async function objectiveMetrics(deps: ServerDeps): Promise<string> {
  const counters = await deps.store.objectives.counters();
  const lines = (name: string, of: 'good' | 'total') =>
    counters.map((counter) => line(name, { objective: counter.key }, counter[of]));
  const { good, total } = promNames;
  return (
    family(good, 'counter', 'Good events of an objective, without agreed windows.', lines(good, 'good')) +
    family(total, 'counter', 'All events of an objective, without agreed windows.', lines(total, 'total'))
  );
}

/** Everything at `/metrics`, in the Prometheus text exposition format. */
export async function exposeMetrics(deps: ServerDeps, meter: RequestMeter): Promise<string> {
  const findings = await deps.store.findings.list({ includeClosed: false, limit: 100_000 });
  const open = (['critical', 'warning', 'info'] as const).map((severity) =>
    line('plimsoll_open_findings', { severity }, findings.filter((each) => each.severity === severity).length),
  );
  const head = await deps.store.ledger.head();
  return [
    family('plimsoll_build_info', 'gauge', 'The version that runs.', [
      line('plimsoll_build_info', { version: deps.version }, 1),
    ]),
    await environmentMetrics(deps),
    await objectiveMetrics(deps),
    family('plimsoll_open_findings', 'gauge', 'Findings that are open, by severity.', open),
    family('plimsoll_ledger_entries_total', 'counter', 'Entries of the ledger.', [
      line('plimsoll_ledger_entries_total', {}, head.sequence),
    ]),
    meter.expose(),
  ].join('');
}
