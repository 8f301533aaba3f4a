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

type Objects = ReturnType<typeof createMemoryObjectStore>['objects'];

interface Forgetful {
  readonly objects: Objects;
  /** What lay under a name when it was settled last; `undefined` for nothing. */
  readonly unsettled: Map<string, ReturnType<Objects['get']>>;
}

/** `copy` answers another with the same in it: for what one cut, and another, would make of it. */
export type ForgetfulObjectStore = ObjectStore & {
  readonly cutPower: (cut: PowerCut) => void;
  readonly copy: () => ForgetfulObjectStore;
};

/**
 * Objects that a power cut can take away until they are settled, as files in a directory may be: for tests of what is built on
 * a store.
 */
export function createForgetfulObjectStore(clock: Pick<Clock, 'now'>, like?: Forgetful): ForgetfulObjectStore {
  const store = createMemoryObjectStore(clock);
  const { objects } = store;
  const unsettled: Forgetful['unsettled'] = new Map(like?.unsettled);
  for (const [key, held] of like?.objects ?? []) objects.set(key, held);
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
    copy: () => createForgetfulObjectStore(clock, { objects, unsettled }),
    cutPower: ({ keeps, bringsBack }) => {
      for (const [key, before] of unsettled) {
        if (before === undefined && !keeps(key)) objects.delete(key);
        if (before !== undefined && !objects.has(key) && bringsBack(key)) objects.set(key, before);
      }
      unsettled.clear();
    },
  };
}
