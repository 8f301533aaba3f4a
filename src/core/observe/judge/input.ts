import type { BusinessService, Redis, Thresholds, WorkerClass } from '../../estate/index.ts';
import type { HealthReason } from '../health.ts';
import type { MetricName } from '../metrics.ts';
import type { CollectorName, CollectorReport, EndpointReading, Observation } from '../observation.ts';
import type { Labels, Sample } from '../sample.ts';

/** The next cut-off of a site, as the calendar tells. */
export interface CutOffFact {
  readonly site: string;
  readonly name: string;
  readonly at: Temporal.Instant;
  readonly service: string | undefined;
}

/** What a judgement needs of a journey's run; a `JourneyRun` is one. */
export interface JourneyFact {
  readonly id: string;
  readonly journey: string;
  readonly services: readonly string[];
  readonly startedAt: Temporal.Instant;
  readonly outcome: 'passed' | 'failed' | 'unknown' | 'refused';
  readonly reason: string | null;
  readonly steps: readonly { readonly name: string; readonly outcome: string }[];
}

/** Everything a judgement rests on. Pure data: the same input always gives the same answer. */
export interface JudgeInput {
  readonly environment: {
    readonly name: string;
    readonly workers: Readonly<Record<WorkerClass, number>>;
    readonly thresholds: Thresholds;
    readonly redis?: Pick<Redis, 'purpose'> | undefined;
  };
  /** The business services of this environment. */
  readonly services: readonly Pick<BusinessService, 'name' | 'journey'>[];
  readonly observation: Observation;
  /** Recent runs, in any order; the newest of each journey counts. */
  readonly journeyRuns: readonly JourneyFact[];
  readonly nextCutOffs: readonly CutOffFact[];
  readonly now: Temporal.Instant;
}

/** Looks for one kind of trouble. */
export type Rule = (input: JudgeInput) => readonly HealthReason[];

/** A reason with what is usually left out filled in. */
export function reason(
  draft: Pick<HealthReason, 'code' | 'health' | 'summary' | 'subject' | 'action'> & Partial<HealthReason>,
): HealthReason {
  return { services: [], evidence: {}, ...draft };
}

const carries = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

/** The samples of a metric that carry the labels. */
export function samplesOf(input: JudgeInput, metric: MetricName, labels: Labels = {}): readonly Sample[] {
  return input.observation.samples.filter((sample) => sample.metric === metric && carries(sample.labels, labels));
}

/** The one value of a metric without labels; `undefined` where it was not seen. */
export function levelOf(input: JudgeInput, metric: MetricName): number | undefined {
  return samplesOf(input, metric)[0]?.value;
}

/** How the collector fared; a collector that never reported counts as absent. */
export function reportOf(input: JudgeInput, collector: CollectorName): CollectorReport | undefined {
  return input.observation.collectors.find((report) => report.collector === collector);
}

/** What a component answered at this look. */
export function endpointOf(input: JudgeInput, component: EndpointReading['component']): EndpointReading | undefined {
  return input.observation.endpoints.find((endpoint) => endpoint.component === component);
}

/** How long ago the look was. */
export function ageSeconds(input: JudgeInput, at: Temporal.Instant): number {
  return input.now.since(at).total('seconds');
}
