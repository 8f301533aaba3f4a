import {
  type CauseFacts,
  type ChangeSeen,
  type IndicatorSeries,
  interpret,
  type LikelyCause,
  likelyCauses,
  type Rising,
  risingIndicators,
  risingsOf,
  usualSeconds,
} from '../../core/cause/index.ts';
import type { Environment } from '../../core/estate/index.ts';
import type { SampleStore } from '../../ports/sample-store.ts';
import type { Store } from '../../ports/store.ts';
import { latencyStepAround } from './latency-around.ts';

export interface CauseDeps {
  readonly store: Pick<Store, 'findings' | 'ledger'>;
  readonly samples: Pick<SampleStore, 'range' | 'quantiles'>;
}

/** A rise with what may stand behind it, the likeliest first, and what it means in words. */
export interface ExplainedRise extends Rising {
  readonly reading: string;
  readonly causes: readonly LikelyCause[];
}

const stepSeconds = 300;
const hourSeconds = 3_600;
const profileDays = 8;
const mostFindings = 500;
const mostEntries = 200;
/** Each comparison around a change costs two questions to the store. */
const mostCompared = 5;

const measured = [
  ...['postgres_lock_waiting_oldest_seconds', 'process_cpu_ratio', 'host_cpu_ratio', 'odoo_shipment_per_hour'],
  ...['odoo_picking_created_per_hour', 'odoo_picking_done_per_hour'],
];
const flows = ['odoo_picking_created_per_hour', 'odoo_picking_done_per_hour'];
const changeTypes = new Set(['environment.software-changed', 'release.deployed', 'component.started']);

async function seriesOf(
  { samples }: CauseDeps,
  environment: string,
  metrics: readonly string[],
  range: { readonly from: Temporal.Instant; readonly to: Temporal.Instant; readonly stepSeconds: number },
): Promise<readonly IndicatorSeries[]> {
  const found = await Promise.all(metrics.map((metric) => samples.range({ environment, metric, ...range })));
  return found.flat().map(({ metric, labels, points }) => ({
    ...{ metric, labels },
    points: points.map(({ at, last }) => ({ at, value: last })),
  }));
}

async function changesOf(
  deps: CauseDeps,
  environment: string,
  since: Temporal.Instant,
): Promise<readonly ChangeSeen[]> {
  const entries = await deps.store.ledger.tail({ subject: `environment/${environment}`, limit: mostEntries });
  const changes = entries.filter(({ type, at }) => changeTypes.has(type) && Temporal.Instant.compare(at, since) >= 0);
  return Promise.all(
    changes.slice(-mostCompared).map(async ({ at, type, data }) => {
      const reason = data['reason'];
      return {
        at,
        what: typeof reason === 'string' ? reason : type.replaceAll('.', ' ').replaceAll('-', ' '),
        step: await latencyStepAround(deps.samples, environment, at),
        isStart: type === 'component.started',
      };
    }),
  );
}

async function factsOf(deps: CauseDeps, { name, workers }: Environment, now: Temporal.Instant): Promise<CauseFacts> {
  const from = now.subtract({ seconds: usualSeconds });
  const to = now.add({ seconds: 1 });
  const found = await deps.store.findings.list({ environment: name, includeClosed: true, limit: mostFindings });
  const weekAgo = now.subtract({ hours: profileDays * 24 });
  return {
    findings: found.filter(({ closedAt }) => closedAt === null || Temporal.Instant.compare(closedAt, from) > 0),
    changes: await changesOf(deps, name, from),
    series: await seriesOf(deps, name, measured, { from, to, stepSeconds }),
    hourly: await seriesOf(deps, name, flows, { from: weekAgo, to, stepSeconds: hourSeconds }),
    workers: { ...workers },
    now,
  };
}

/** The delays and backlogs of an environment that have risen, each with its likely causes (MET-14, AS-06, AS-15). */
export async function explainRises(
  deps: CauseDeps,
  environment: Environment,
  now: Temporal.Instant,
): Promise<readonly ExplainedRise[]> {
  const range = { from: now.subtract({ seconds: usualSeconds }), to: now.add({ seconds: 1 }), stepSeconds };
  const risings = risingsOf(await seriesOf(deps, environment.name, Object.keys(risingIndicators), range), now);
  if (risings.length === 0) return [];
  const facts = await factsOf(deps, environment, now);
  return risings.map((rising) => {
    const causes = likelyCauses(rising, facts);
    return { ...rising, causes, reading: interpret(rising, causes) };
  });
}
