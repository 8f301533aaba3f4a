import {
  classDefaults,
  diagnosticCatalogue,
  estateJsonSchema,
  formatThreshold,
  thresholdDefinitions,
} from '../../src/core/estate/index.ts';
import { faultCatalogue, formatBytes, formatDuration, formatPercent } from '../../src/core/kernel/index.ts';
import { type Generator, generatedNote, markdownTable } from './generator.ts';

function diagnosticsPage(): string {
  const rows = Object.entries(diagnosticCatalogue).map(([code, { severity, summary, remedy }]) => [
    `\`${code}\``,
    severity,
    summary,
    remedy,
  ]);
  return `${generatedNote}

# Diagnostics

What \`plimsoll check\` can say about a declared estate. Errors make it exit with 1; warnings do not.

${markdownTable(['Code', 'Severity', 'Meaning', 'What to do'], rows)}
`;
}

function faultsPage(): string {
  const rows = Object.entries(faultCatalogue).map(([code, { summary, remedy }]) => [`\`${code}\``, summary, remedy]);
  return `${generatedNote}

# Faults

How the world can fail on Plimsoll. A command that ends in a fault exits with 2 and prints the code.

${markdownTable(['Code', 'Meaning', 'What to do'], rows)}
`;
}

function defaultsPage(): string {
  const thresholds = Object.values(thresholdDefinitions).map((definition) => [
    `\`${definition.key}\``,
    formatThreshold(definition, definition.production),
    formatThreshold(definition, definition.nonProduction ?? definition.production),
    definition.meaning,
    definition.why,
  ]);
  const { production, 'non-production': other } = classDefaults;
  const row = (label: string, pick: (defaults: typeof production) => string): string[] => [
    label,
    pick(production),
    pick(other),
  ];
  const classes = [
    row('`objectives.rpo`', ({ objectives }) => formatDuration(objectives.rpoSeconds ?? Number.NaN)),
    row('`objectives.rto`', ({ objectives }) => formatDuration(objectives.rtoSeconds ?? Number.NaN)),
    row('`objectives.availability`', ({ objectives: { availabilityRatio: ratio } }) =>
      ratio === undefined ? 'none' : formatPercent(ratio),
    ),
    row('`recovery.pattern`', ({ recovery }) => recovery.pattern),
    row('`recovery.drillEvery`', ({ recovery }) => formatDuration(recovery.drillEverySeconds)),
    row('`backup.method`', ({ backup }) => backup.method),
    row('`backup.every`', ({ backup }) => formatDuration(backup.everySeconds)),
    row('`backup.retain`', ({ backup }) =>
      Object.entries(backup.retain)
        .filter(([, count]) => count > 0)
        .map(([age, count]) => `${count} ${age}`)
        .join(', '),
    ),
    row('`backup.immutableFor`', ({ backup }) => formatDuration(backup.immutableForSeconds)),
    row('`change.rollout`', ({ change }) => change.rollout),
    row('`change.approvals`', ({ change }) => String(change.approvals)),
    row('`resources.cpuCores`', ({ resources }) => String(resources.cpuCores)),
    row('`resources.memory`', ({ resources }) => formatBytes(resources.memoryBytes)),
    row('`resources.database`', ({ resources }) => formatBytes(resources.databaseBytes)),
    row('`resources.filestore`', ({ resources }) => formatBytes(resources.filestoreBytes)),
    row('`schedule`', ({ schedule }) => schedule),
  ];
  return `${generatedNote}

# Defaults

What holds where nothing is declared. An environment's own words come first, then its tier's, then these.

## By service class

The class follows from the stage (production and reporting are \`production\`, all others \`non-production\`) unless
\`serviceClass:\` says otherwise.

${markdownTable(['Key', 'production', 'non-production'], classes)}

## Thresholds

Under \`thresholds:\` of a tier or an environment.

${markdownTable(['Key', 'production', 'non-production', 'Meaning', 'Why this number'], thresholds)}
`;
}

/** The JSON Schema for editors, and the reference pages made from the estate's tables. */
export const estateGenerators: readonly Generator[] = [
  { path: 'schemas/estate.schema.json', write: () => `${JSON.stringify(estateJsonSchema(), null, 2)}\n` },
  { path: 'docs/reference/diagnostics.md', write: diagnosticsPage },
  { path: 'docs/reference/faults.md', write: faultsPage },
  { path: 'docs/reference/defaults.md', write: defaultsPage },
];
