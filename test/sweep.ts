import { readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sweepApart } from '../src/adapters/machine/apart.ts';

/** No test run lasts as long as this: what is older was left by one that was killed. */
const leftOverAfterHours = 6;

/** Removes the throw-away homes that killed test runs left behind, and what lay apart for them. */
export async function sweepHomes(root = tmpdir()): Promise<void> {
  const eldest = Temporal.Now.instant().subtract({ hours: leftOverAfterHours }).epochMilliseconds;
  for (const name of (await readdir(root)).filter((entry) => entry.startsWith('plimsoll-'))) {
    const found = await stat(join(root, name)).catch(() => undefined);
    if (found?.isDirectory() === true && found.mtimeMs < eldest) {
      await rm(join(root, name), { recursive: true, force: true });
    }
  }
  await sweepApart();
}
