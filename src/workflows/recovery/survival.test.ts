import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { survivals, wholeFiles } from './survival.fixture.ts';

const root = join(import.meta.dirname, '../../..');
const textOf = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

/** The titles of a file's tests, those of tables among them. */
function titlesIn(text: string): readonly string[] {
  const found = text.matchAll(/(?:\btest|\]\)|\] as const\))\(\s*(?:'((?:[^'\\]|\\.)+)'|"((?:[^"\\]|\\.)+)")/g);
  return [...found].map(([, single, double]) => single ?? double ?? '');
}

const named = survivals.flatMap(({ proofs }) => proofs);

test('docs/reference/survival.md says what becomes of each calamity, and which tests prove it', async () => {
  const rows = survivals.map(({ calamity, outcome, proofs }) => {
    const cited = proofs.map(([file, title]) => `\`${file}\`: ${title}`).join('<br>');
    return `| ${calamity} | ${outcome} | ${cited} |`;
  });
  const page = [
    '<!-- Written from `src/workflows/recovery/survival.fixture.ts`: `vitest run --project fast survival --update`. -->',
    '',
    '# What recovery survives',
    '',
    'What becomes of backups and drills when something goes wrong around them. Each row is proven by the tests in its last column; those',
    'called `real` run on a real PostgreSQL, Odoo, S3 server or file system. What is wrong *in* a backup stands in the [fault matrix](fault-matrix.md).',
    '',
    '| calamity | what happens | proven by |',
    '|---|---|---|',
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
