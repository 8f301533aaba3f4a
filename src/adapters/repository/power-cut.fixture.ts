import type { ObjectStore } from '../../ports/object-store.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { RepositoryOptions } from './backup-repository.ts';
import { generateKeys } from './memory-repository.ts';

const keys = await generateKeys();
/** A repository over a store that a power cut empties; no grace, and keys that are the same for all. */
export const optionsOver = (store: ObjectStore): RepositoryOptions => ({
  name: 'main',
  store,
  clock: systemClock,
  graceSeconds: 0,
  ...keys,
});

export class PowerIsCut extends Error {}

/** A store that stops for good before so many changes are done. */
export function stoppingBefore(
  store: ObjectStore,
  changes: number,
  skipsSettling: (prefix: string) => boolean,
): ObjectStore {
  let left = changes;
  const change = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (left <= 0) throw new PowerIsCut();
    left -= 1;
    return work();
  };
  return {
    ...store,
    put: (...args) => change(() => store.put(...args)),
    delete: (key) => change(() => store.delete(key)),
    settle: (prefix) => change(async () => (skipsSettling(prefix) ? undefined : store.settle(prefix))),
  };
}
