import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { survivals, wholeFiles } from './survival.fixture.ts';
import { cuts, places } from './survival-matrix.fixture.ts';

const root = join(import.meta.dirname, '../../..');
const textOf = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

/** The titles of a file's tests, those of tables among them. */
function titlesIn(text: string): readonly string[] {
  const found = text.matchAll(/(?:\btest|\]\)|\] as const\))\(\s*(?:'((?:[^'\\]|\\.)+)'|"((?:[^"\\]|\\.)+)")/g);
  return [...found].map(([, single, double]) => single ?? double ?? '');
}

/** The rows that a cell of the table of cuts speaks of, by how they begin; each of them must be there. */
function cellText(cell: (typeof cuts)[number]['cells'][number]): string {
  if (cell === '–') return cell;
  const numbers = cell.map((beginning) => {
    const at = survivals.findIndex(({ calamity }) => calamity.startsWith(beginning));
    if (at < 0) throw new Error(`no row begins with ${beginning}`);
    return at + 1;
  });
  return numbers.join(', ');
}

const named = survivals.flatMap(({ proofs }) => proofs);

test('docs/reference/survival.md says what becomes of each calamity, and which tests prove it', async () => {
  const rows = survivals.map(({ calamity, outcome, proofs }, at) => {
    const cited = proofs.map(([file, title]) => `\`${file}\`: ${title}`).join('<br>');
    return `| ${at + 1} | ${calamity} | ${outcome} | ${cited} |`;
  });
  const cells = cuts.map(({ what, cells }) => `| ${what} | ${cells.map(cellText).join(' | ')} |`);
  const page = [
    '<!-- Written from `src/workflows/recovery/survival.fixture.ts`: `vitest run --project fast survival --update`. -->',
    '',
    '# What recovery survives',
    '',
    'What becomes of backups and drills when something goes wrong around them. Each row is proven by the tests in its last column; those',
    'called `real` run on a real PostgreSQL, Odoo, S3 server or file system. What is wrong *in* a backup stands in the [fault matrix](fault-matrix.md).',
    '',
    '## What is cut off, and where',
    '',
    'The numbers are rows of the table below. A restore in place is made like one to a new environment, until the two are exchanged.',
    '',
    `| | ${places.join(' | ')} |`,
    `|---|${places.map(() => '---|').join('')}`,
    ...cells,
    '',
    '## What becomes of it',
    '',
    '| # | calamity | what happens | proven by |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../../../docs/reference/survival.md');
});

test.each(named)('%s has the test "%s"', async (file, title) => {
  expect(titlesIn(await textOf(file))).toContain(title);
});

test.each(wholeFiles)('every test of %s stands in a row', async (file) => {
  const cited = named.filter(([where]) => where === file).map(([, title]) => title);
  expect([...new Set(cited)].sort()).toEqual([...titlesIn(await textOf(file))].sort());
});
