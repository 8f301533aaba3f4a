import type { BusinessCommitment, LatencyLimit, Place, ServiceObjective } from '../model.ts';
import type { Declared } from '../schema/index.ts';

const percentiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

type DeclaredObjective = NonNullable<Declared<'BusinessService'>['objectives']>[number];

function latencyOf(declared: DeclaredObjective['latency']): LatencyLimit | undefined {
  const [given] = Object.entries(declared ?? {}) as [keyof typeof percentiles, number | undefined][];
  if (given?.[1] === undefined) return undefined;
  return { percentileRatio: percentiles[given[0]], seconds: given[1] };
}

/** What a service promises itself. */
export function resolveObjectives({ objectives }: Declared<'BusinessService'>): readonly ServiceObjective[] {
  return (objectives ?? []).map(({ availability, window, latency, backlog, integration, prometheus, exclude }) => ({
    availabilityRatio: availability,
    window,
    latency: latencyOf(latency),
    backlog: backlog && { clearBefore: backlog.clearBefore, onTimeRatio: backlog.onTime },
    integration: integration && {
      name: integration.name,
      successRatio: integration.success,
      carrierType: integration.carrierType ?? integration.name,
    },
    prometheus,
    exclude: exclude ?? [],
  }));
}

/** What is promised to a customer. */
export function resolveCommitment(declared: Declared<'BusinessCommitment'>, place: Place): BusinessCommitment {
  const { availability, latency, before, onTime } = declared.promise;
  return {
    name: declared.name,
    title: declared.title ?? declared.name,
    tenant: declared.tenant,
    service: declared.service,
    promise: {
      availabilityRatio: availability,
      latency: latencyOf(latency),
      backlog: before === undefined ? undefined : { clearBefore: before, onTimeRatio: onTime },
    },
    window: declared.window,
    exclude: declared.exclude ?? [],
    penalty: declared.penalty,
    place,
  };
}
