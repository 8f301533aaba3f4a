import { metricCatalogue, type OdooMajor, publishedColumns, sqlPacks } from '../../src/core/observe/index.ts';
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

const versions = (from: number, to: number): string => (from === to ? `${from}` : `${from} to ${to}`);

/** Which questions read a column, in any of the versions. */
function readersOf(table: string, column: string, from: OdooMajor, to: OdooMajor): readonly string[] {
  const names = sqlPacks
    .filter(({ major }) => from <= major && major <= to)
    .flatMap(({ indicators, facts }) => [...indicators, ...facts])
    .filter(({ reads }) => reads[table]?.includes(column) === true)
    .map(({ name }) => name);
  return [...new Set(names)];
}

function packsPage(): string {
  const rows = publishedColumns.map(({ table, column, type, values, from, to, file }) => [
    `\`${table}.${column}\``,
    versions(from, to),
    type,
    values.join(', '),
    `\`${file}\``,
    readersOf(table, column, from, to).join(', '),
  ]);
  return `${generatedNote}

# SQL packs

What the packs of Odoo 14 to 18 read, and which published file declares it. Compared were public copies of the releases 14.0 (\`dam-di/odoo-14.0\`), 15.0 (\`loujti/odoo-15.0.post20220805\`),
16.0 (\`albferna/Odoo-16.0.20231208\`), 17.0 (\`UmmeHani-SCI/Odoo17-UH_Hospital_Management\`) and 18.0 (\`rakibhoossain/odoo-18.0.post20250421\`), each by the version that its own
\`odoo/release.py\` names, and for \`queue_job\` the branches 14.0 to 18.0 of \`OCA/queue\`.

- **Confirmed**: every table, column, type and value below; every question of every pack runs on tables made from them and answers as known (\`published-schema.real.test.ts\`).
- **Not confirmed**: anything that only a running Odoo 14 to 18 shows, such as values that other modules add, what upgrades leave behind, and how fast a question is on real data. These packs stay **unproven**.
- **19** is proven on the real one and is not in this table. Its \`queue_job\` is: no branch 19.0 was found, so 19 is asked as 18.
- \`id\` is in every table. \`create_date\` is written in no file: Odoo gives it to every model that does not switch \`_log_access\` off.

${markdownTable(['Column', 'Odoo', 'Type', 'Declared values', 'Declared in', 'Read by'], rows)}
`;
}

/** The references of metrics and of what the SQL packs read. */
export const observeGenerators: readonly Generator[] = [
  { path: 'docs/reference/metrics.md', write: metricsPage },
  { path: 'docs/reference/sql-packs.md', write: packsPage },
];
