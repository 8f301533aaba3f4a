import { describeStep, type Interval, type LatencyLevel, latencySteps } from '../../core/observe/index.ts';
import { type SampleStore, wholeStepSeconds } from '../../ports/sample-store.ts';

/** Requests this long before and after a change are compared. */
const comparedMinutes = 15;

async function levels(
  samples: Pick<SampleStore, 'quantiles'>,
  environment: string,
  range: Interval,
): Promise<readonly LatencyLevel[]> {
  const query = { environment, metric: 'odoo_request_seconds', ...range, stepSeconds: wholeStepSeconds };
  const series = await samples.quantiles({ ...query, quantiles: [0.95] });
  return series.flatMap(({ labels, points }) =>
    points.map(({ count, quantiles }) => ({
      class: labels['class'] ?? '',
      count,
      p95Seconds: quantiles['0.95'] ?? 0,
    })),
  );
}

/** What became slower or faster around a change (OBS-11), in words; `null` where nothing did, or too little was asked. */
export async function latencyStepAround(
  samples: Pick<SampleStore, 'quantiles'>,
  environment: string,
  at: Temporal.Instant,
): Promise<string | null> {
  const [before, after] = await Promise.all([
    levels(samples, environment, { from: at.subtract({ minutes: comparedMinutes }), to: at }),
    levels(samples, environment, { from: at, to: at.add({ minutes: comparedMinutes }) }),
  ]);
  const steps = latencySteps(before, after).slice(0, 3);
  return steps.length === 0 ? null : steps.map(describeStep).join('; ');
}
