import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Where this Plimsoll lies: a checkout, or an installed package. */
export const installationRoot = join(import.meta.dirname, '..', '..');

const manifest = z.object({ version: z.string() });

/** The version of this installation. */
export const version = manifest.parse(JSON.parse(readFileSync(join(installationRoot, 'package.json'), 'utf8'))).version;

/** The built portal; `undefined` in a checkout where it was not built. */
export function portalDirectory(): string | undefined {
  const directory = join(installationRoot, 'dist', 'portal');
  return existsSync(join(directory, 'index.html')) ? directory : undefined;
}
