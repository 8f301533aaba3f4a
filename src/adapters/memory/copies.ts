import { Fault } from '../../core/kernel/index.ts';
import type { EnvironmentCopy } from '../../core/recovery/index.ts';
import type { CopyStore } from '../../ports/copy-store.ts';

/** Copies of environments in memory. */
export function copiesOf(records: { readonly copies: Map<string, EnvironmentCopy> }): CopyStore {
  const find = (name: string): EnvironmentCopy | undefined =>
    [...records.copies.values()].find((each) => each.name === name && each.state !== 'retired');
  return {
    async create(copy) {
      if (find(copy.name) !== undefined) throw new Fault('COPY_EXISTS', `There is a copy ${copy.name} already.`);
      records.copies.set(copy.id, copy);
    },
    async setState(id, state, at) {
      const copy = records.copies.get(id);
      if (copy !== undefined) records.copies.set(id, { ...copy, state, changedAt: at });
    },
    async find(name) {
      return find(name);
    },
    async list({ includeRetired, limit }) {
      return [...records.copies.values()]
        .filter(({ state }) => includeRetired || state !== 'retired')
        .sort((a, b) => Temporal.Instant.compare(b.createdAt, a.createdAt) || a.id.localeCompare(b.id))
        .slice(0, limit);
    },
  };
}
