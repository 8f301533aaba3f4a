import type { MetricName, Sample } from '../observe/index.ts';
import type { JourneyRun } from './journey.ts';

/** Public names of the series a journey leaves. */
export const journeyMetrics = {
  /** 1 for a passed run, 0 for a failed one; unknown and refused runs leave none, so that a mean is a success ratio. */
  success: 'journey_success_ratio',
  duration: 'journey_duration_seconds',
  step: 'journey_step_seconds',
} as const satisfies Readonly<Record<string, MetricName>>;

/** The samples of a run (OBS-04, MET-01): counted towards availability only where the run says something about Odoo. */
export function samplesOf(run: JourneyRun): readonly Sample[] {
  if (run.outcome === 'refused' || run.outcome === 'unknown') return [];
  const { environment, startedAt } = run;
  const at = startedAt.add({ milliseconds: Math.round(run.durationSeconds * 1_000) });
  const sample = (metric: MetricName, value: number, labels: Readonly<Record<string, string>> = {}): Sample => ({
    environment,
    metric,
    labels: { journey: run.journey, ...labels },
    at,
    value,
  });
  const steps = run.steps
    .filter(({ outcome }) => outcome === 'passed')
    .map((step) => sample(journeyMetrics.step, step.durationSeconds, { step: step.name }));
  const isPassed = run.outcome === 'passed';
  return [
    sample(journeyMetrics.success, isPassed ? 1 : 0),
    ...(isPassed ? [sample(journeyMetrics.duration, run.durationSeconds)] : []),
    ...steps,
  ];
}
