import type { IngressReading, Sample } from '../../core/observe/index.ts';
import type { IngressProbe } from '../../ports/ingress-probe.ts';
import type { Sight } from './isolate.ts';
import type { EnvironmentMemory } from './memory.ts';

interface IngressLook {
  readonly environment: string;
  readonly memory: EnvironmentMemory;
  readonly at: Temporal.Instant;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

export interface IngressSight {
  readonly samples: readonly Sample[];
  readonly reading: IngressReading;
}

/** What a user meets at the public address: an answer, its time, and how long the certificate still holds. */
export async function collectIngress(look: IngressLook, probe: IngressProbe): Promise<Sight<IngressSight>> {
  const reading = await probe.probe({ timeoutSeconds: look.timeoutSeconds, signal: look.signal });
  const sample = (metric: string, value: number): Sample => ({
    environment: look.environment,
    metric,
    labels: {},
    at: look.at,
    value,
  });
  const { certificateExpiresAt } = reading;
  const samples = [
    sample('ingress_up', reading.outcome === 'up' ? 1 : 0),
    sample('ingress_response_seconds', reading.seconds),
    ...(certificateExpiresAt === null
      ? []
      : [sample('ingress_certificate_remaining_seconds', certificateExpiresAt.since(look.at).total('seconds'))]),
  ];
  look.memory.answers.set('ingress', { at: look.at, everySeconds: 0, samples });
  return { result: { samples, reading } };
}
