import { Fault } from '../../core/kernel/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore, StoredObject } from '../../ports/object-store.ts';
import { checkKey, checkPrefix } from './key.ts';

interface Held {
  readonly body: Uint8Array;
  readonly modifiedAt: Temporal.Instant;
  readonly retainUntil: Temporal.Instant | undefined;
}

/** Objects in memory, with object locks: for tests and for `--fake`. `objects` lets a test break what is stored. */
export function createMemoryObjectStore(
  clock: Pick<Clock, 'now'>,
  options: { readonly place?: string } = {},
): ObjectStore & { readonly objects: Map<string, Held> } {
  const objects = new Map<string, Held>();
  const describe = (key: string, held: Held): StoredObject => ({
    key,
    bytes: held.body.byteLength,
    modifiedAt: held.modifiedAt,
  });
  const keysUnder = (prefix: string): readonly string[] => {
    checkPrefix(prefix);
    return [...objects.keys()].filter((name) => name.startsWith(prefix)).sort();
  };
  return {
    objects,
    place: options.place ?? 'memory',
    now: async () => clock.now(),
    put: async (key, body, { retainUntil, signal } = {}) => {
      signal?.throwIfAborted();
      if (objects.has(checkKey(key))) return 'exists';
      objects.set(key, { body: Uint8Array.from(body), modifiedAt: clock.now(), retainUntil });
      return 'written';
    },
    get: async (key, { signal } = {}) => {
      signal?.throwIfAborted();
      const held = objects.get(checkKey(key));
      if (held === undefined) throw new Fault('OBJECT_MISSING', `There is no ${key} in memory.`);
      return Uint8Array.from(held.body);
    },
    head: async (key) => {
      const held = objects.get(checkKey(key));
      return held === undefined ? undefined : describe(key, held);
    },
    async *keys(prefix) {
      yield* keysUnder(prefix);
    },
    async *list(prefix) {
      for (const key of keysUnder(prefix)) {
        const held = objects.get(key);
        if (held !== undefined) yield describe(key, held);
      }
    },
    delete: async (key) => {
      const until = objects.get(checkKey(key))?.retainUntil;
      if (until !== undefined && Temporal.Instant.compare(until, clock.now()) > 0) {
        throw new Fault('OBJECT_LOCKED', `${key} is locked until ${until}.`);
      }
      objects.delete(key);
    },
    // Memory outlives nothing, and nothing is expected of it.
    settle: async (prefix) => void checkPrefix(prefix),
    prolong: async (key, until) => {
      const held = objects.get(checkKey(key));
      if (held === undefined) throw new Fault('OBJECT_MISSING', `There is no ${key} in memory.`);
      const isLonger = held.retainUntil === undefined || Temporal.Instant.compare(until, held.retainUntil) > 0;
      if (isLonger) objects.set(key, { ...held, retainUntil: until });
    },
    sweep: async () => 0,
  };
}
