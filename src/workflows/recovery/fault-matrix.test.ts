import { expect, test } from 'vitest';
import { faultMatrix, logFaults } from './fault-matrix.fixture.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

test('docs/reference/fault-matrix.md says what the fault matrix seeds, one row per fault', async () => {
  const rows = faultMatrix.map(
    ({ name, story, named }) => `| ${cell(name)} | ${cell(story)} | \`${cell(named.source)}\` |`,
  );
  const logRows = logFaults.map(
    ({ name, story, state }) => `| ${name} | ${story} | \`log [0-9A-F]{24} is ${state}\` |`,
  );
  const page = [
    '<!-- Written from `src/workflows/recovery/fault-matrix.fixture.ts`: `vitest run --project fast fault-matrix --update`. -->',
    '',
    '# Fault matrix',
    '',
    'Each of these is put into a real backup of a real Odoo 19 and drilled (`src/workflows/recovery/drill.real.test.ts`). The',
    'verdict must be *not-recoverable*, and the reasons or the evidence must match the pattern in the last column.',
    '',
    '| fault | how it comes about | how the drill names it |',
    '|---|---|---|',
    ...rows,
    '',
    '## The log of a physical backup',
    '',
    'The segment that the instant of the files lies in (`src/workflows/recovery/physical.real.test.ts`): named by',
    '`backup verify`, and by the drill.',
    '',
    '| fault | how it comes about | how the drill names it |',
    '|---|---|---|',
    ...logRows,
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../../../docs/reference/fault-matrix.md');
});

test('every fault has a name of its own', () => {
  expect(new Set(faultMatrix.map(({ name }) => name)).size).toBe(faultMatrix.length);
});
