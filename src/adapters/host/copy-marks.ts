import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EnvironmentCopy } from '../../core/recovery/index.ts';

type Marked = Pick<EnvironmentCopy, 'id' | 'name'>;

/**
 * Which copies were made on this machine, by their ids. A name is not enough: another machine that shares the records may have
 * an environment of the same name. A mark lies outside of what it marks, so that it is the last to go.
 */
export function createCopyMarks(stateDirectory: string) {
  const directory = resolve(stateDirectory, 'copies');
  const fileOf = ({ id }: Marked): string => join(directory, id);
  return {
    mark: async (copy: Marked): Promise<void> => {
      await mkdir(directory, { recursive: true });
      await writeFile(fileOf(copy), `${copy.name}\n`);
    },
    isMarked: (copy: Marked): Promise<boolean> =>
      access(fileOf(copy)).then(
        () => true,
        () => false,
      ),
    unmark: (copy: Marked): Promise<void> => rm(fileOf(copy), { force: true }),
  };
}
