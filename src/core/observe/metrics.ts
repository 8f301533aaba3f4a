import { businessMetrics } from './metrics-business.ts';
import { edgeMetrics } from './metrics-edge.ts';
import { systemMetrics } from './metrics-system.ts';

export type MetricUnit = 'seconds' | 'count' | 'ratio' | 'bytes' | 'per-hour' | 'per-second' | 'boolean';

/** A gauge is a level, a counter only grows until its source restarts, a sketch holds a distribution. */
export type MetricKind = 'gauge' | 'counter' | 'sketch';

export interface MetricDefinition {
  readonly unit: MetricUnit;
  readonly kind: MetricKind;
  readonly labels: readonly string[];
  readonly help: string;
}

/**
 * Every metric and label that Plimsoll makes public: the one place where such a name is written.
 * docs/reference/metrics.md is generated from it, and a test keeps names, units and packs in step.
 */
export const metricCatalogue = { ...businessMetrics, ...systemMetrics, ...edgeMetrics } as const satisfies Readonly<
  Record<string, MetricDefinition>
>;

/** A metric of the catalogue. */
export type MetricName = keyof typeof metricCatalogue;

/** What the catalogue says about a metric; `undefined` for a name it does not hold. */
export function describeMetric(name: string): MetricDefinition | undefined {
  return (metricCatalogue as Readonly<Record<string, MetricDefinition>>)[name];
}
