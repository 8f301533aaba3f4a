// Writes everything that is generated and committed. `--check` writes nothing and fails where a file is out of date.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generators } from './generators/index.ts';

const root = join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');
const stale: string[] = [];

for (const { path, write } of generators) {
  const target = join(root, path);
  const content = await write();
  const present = await readFile(target, 'utf8').catch(() => undefined);
  if (present === content) continue;
  stale.push(path);
  if (isCheck) continue;
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
}

if (isCheck && stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}\nRun \`npm run generate\` and commit the result.`);
  process.exitCode = 1;
} else {
  console.log(
    stale.length === 0 ? `All ${generators.length} generated files are up to date.` : `Wrote ${stale.join(', ')}`,
  );
}
