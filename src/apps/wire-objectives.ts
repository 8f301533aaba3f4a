import { createPrometheusSource } from '../adapters/prometheus/prometheus-source.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import type { Environment } from '../core/estate/index.ts';
import type { SampleStore } from '../ports/sample-store.ts';
import { resolveText } from '../ports/secrets.ts';
import type { SliSource } from '../ports/sli-source.ts';
import { createSampleSource } from '../workflows/objectives/sample-source.ts';
import type { Settings } from './settings.ts';

/** Where objectives are read: counters from the environment's Prometheus, everything else from our own samples. */
export function objectiveSources(settings: Settings, samples: SampleStore): (environment: Environment) => SliSource {
  const secrets = createLocalSecrets(settings);
  return (environment) => {
    const own = createSampleSource(samples, environment);
    const named = environment.connect.prometheus;
    const prometheus = named && createPrometheusSource({ url: () => resolveText(secrets, named.url) });
    return {
      read: (spec, query) =>
        spec.signal.kind === 'prometheus' && prometheus !== undefined
          ? prometheus.read(spec, query)
          : own.read(spec, query),
    };
  };
}
