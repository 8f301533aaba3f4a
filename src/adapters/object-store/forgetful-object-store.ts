import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { checkPrefix } from './key.ts';
import { createMemoryObjectStore } from './memory-object-store.ts';

/** What a power cut makes of names that were put, or deleted, and not settled. */
export interface PowerCut {
  /** Whether a name that was put is still there; any of them may be, in no order. */
  readonly keeps: (key: string) => boolean;
  /** Whether a name that was deleted is there again. */
  readonly bringsBack: (key: string) => boolean;
}

/**
 * Objects that a power cut can take away until they are settled, as files in a directory may be: for tests of what is built on
 * a store.
 */
export function createForgetfulObjectStore(
  clock: Pick<Clock, 'now'>,
): ObjectStore & { readonly cutPower: (cut: PowerCut) => void } {
  const store = createMemoryObjectStore(clock);
  const { objects } = store;
  /** What lay under a name when it was settled last; `undefined` for nothing. */
  const unsettled = new Map<string, ReturnType<(typeof objects)['get']>>();
  return {
    ...store,
    place: 'forgetful memory',
    put: async (key, body, options) => {
      const answer = await store.put(key, body, options);
      if (answer === 'written' && !unsettled.has(key)) unsettled.set(key, undefined);
      return answer;
    },
    delete: async (key) => {
      if (objects.has(key) && !unsettled.has(key)) unsettled.set(key, objects.get(key));
      await store.delete(key);
    },
    settle: async (prefix) => {
      checkPrefix(prefix);
      for (const key of [...unsettled.keys()]) if (key.startsWith(prefix)) unsettled.delete(key);
    },
    cutPower: ({ keeps, bringsBack }) => {
      for (const [key, before] of unsettled) {
        if (before === undefined && !keeps(key)) objects.delete(key);
        if (before !== undefined && !objects.has(key) && bringsBack(key)) objects.set(key, before);
      }
      unsettled.clear();
    },
  };
}
