import type { EndpointReading, Sample } from '../../core/observe/index.ts';
import type { WebProbe } from '../../ports/web-probe.ts';

interface Options {
  readonly probe: WebProbe;
  readonly component: EndpointReading['component'];
  readonly environment: string;
  readonly at: Temporal.Instant;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** Asks one component for its health. */
export async function collectEndpoint(
  options: Options,
): Promise<{ readonly endpoint: EndpointReading; readonly samples: readonly Sample[] }> {
  const { environment, at, component } = options;
  const endpoint = await options.probe.probe(component, {
    timeoutSeconds: options.timeoutSeconds,
    signal: options.signal,
  });
  const sample = (metric: string, value: number): Sample => ({ environment, metric, labels: { component }, at, value });
  return {
    endpoint,
    samples: [
      sample('odoo_endpoint_up', endpoint.outcome === 'up' ? 1 : 0),
      sample('odoo_endpoint_seconds', endpoint.seconds),
    ],
  };
}
