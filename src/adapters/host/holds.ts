import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Which components an operator keeps stopped, remembered beside the records of a run directory. */
export function createHolds(runDirectory: string) {
  const directory = join(runDirectory, 'held');
  return {
    isHeld: (component: string): Promise<boolean> =>
      access(join(directory, component)).then(
        () => true,
        () => false,
      ),
    set: async (component: string, isHeld: boolean): Promise<void> => {
      await mkdir(directory, { recursive: true });
      if (isHeld) await writeFile(join(directory, component), '');
      else await rm(join(directory, component), { force: true });
    },
  };
}
