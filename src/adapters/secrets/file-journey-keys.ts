import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecret } from '../../core/kernel/index.ts';
import type { JourneyKeyStore } from '../../ports/journey-key-store.ts';

/** Journey keys as files in the state directory that only their owner can read. */
export function createFileJourneyKeys(stateDirectory: string): JourneyKeyStore {
  const directory = join(stateDirectory, 'journeys');
  // The name is encoded, so that no name leads out of the directory.
  const pathOf = (environment: string): string => join(directory, `${encodeURIComponent(environment)}.key`);
  const wrap = (environment: string, key: string) => createSecret(`journey key of ${environment}`, key);
  return {
    read: async (environment) => {
      try {
        return wrap(environment, (await readFile(pathOf(environment), 'utf8')).trim());
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: async (environment, key) => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const draft = `${pathOf(environment)}.${randomUUID()}`;
      await writeFile(draft, `${key}\n`, { mode: 0o600 });
      await rename(draft, pathOf(environment));
      return wrap(environment, key);
    },
  };
}
