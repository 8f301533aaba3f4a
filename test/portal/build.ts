import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the portal as it ships into a directory of its own, so that test files do not meet. */
export async function buildPortal(): Promise<{ readonly directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-portal-'));
  // The test runner's own NODE_ENV would bundle React's development build: what ships is the other one.
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  await build({
    configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)),
    logLevel: 'error',
    build: { outDir: directory },
  });
  process.env['NODE_ENV'] = before;
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
