import { metricCatalogue } from '../../src/core/observe/index.ts';
import { type Generator, generatedNote, markdownTable } from './generator.ts';

function metricsPage(): string {
  const rows = Object.entries(metricCatalogue).map(([name, { unit, kind, labels, help }]) => [
    `\`${name}\``,
    unit,
    kind,
    labels.map((label) => `\`${label}\``).join(', '),
    help,
  ]);
  return `${generatedNote}

# Metrics

Every series that observing leaves. A gauge is a level, a sketch a distribution of latencies.

${markdownTable(['Metric', 'Unit', 'Kind', 'Labels', 'Meaning'], rows)}
`;
}

/** The reference of metrics, from the catalogue. */
export const observeGenerators: readonly Generator[] = [{ path: 'docs/reference/metrics.md', write: metricsPage }];
