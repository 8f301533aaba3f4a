import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

async function buildInto(directory: string): Promise<void> {
  // The test runner's own NODE_ENV would bundle React's development build: what ships is the other one.
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  await build({
    configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)),
    logLevel: 'error',
    build: { outDir: directory },
  });
  process.env['NODE_ENV'] = before;
}

/** Builds the portal as it ships into a directory of its own, so that test files do not meet. */
export async function buildPortal(): Promise<{ readonly directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-portal-'));
  await buildInto(directory);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Which build it is: it names everything else by its hash. */
const nameOf = (portal: string): Promise<string> => readFile(join(portal, 'index.html'), 'utf8').catch(() => '');

/**
 * Builds the portal to where the server serves it from, changing it over as one so that nobody meets half of it; and not at
 * all where it is there already, so that no server of another test is without it for a moment.
 */
export async function installPortal(): Promise<void> {
  const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
  await mkdir(dist, { recursive: true });
  const built = await mkdtemp(join(dist, 'building-'));
  await buildInto(join(built, 'new'));
  if ((await nameOf(join(built, 'new'))) !== (await nameOf(join(dist, 'portal')))) {
    await rename(join(dist, 'portal'), join(built, 'old')).catch(() => undefined);
    await rename(join(built, 'new'), join(dist, 'portal'));
  }
  await rm(built, { recursive: true, force: true });
}
