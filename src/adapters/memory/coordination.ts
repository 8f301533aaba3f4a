import type { Coordination } from '../../ports/coordination.ts';

/** Coordination within one process. */
export function createMemoryCoordination(): Coordination {
  const slots = new Map<string, number>();
  const leases = new Map<string, { readonly holder: string; readonly expiresAt: Temporal.Instant }>();
  return {
    async beginSlot(work, slot) {
      if ((slots.get(work) ?? Number.NEGATIVE_INFINITY) >= slot) return false;
      slots.set(work, slot);
      return true;
    },
    async takeLease(name, holder, at, expiresAt) {
      const held = leases.get(name);
      if (held !== undefined && held.holder !== holder && Temporal.Instant.compare(held.expiresAt, at) > 0)
        return false;
      leases.set(name, { holder, expiresAt });
      return true;
    },
    async liveLeases(prefix, at) {
      return [...leases]
        .filter(([name, held]) => name.startsWith(prefix) && Temporal.Instant.compare(held.expiresAt, at) > 0)
        .map(([name, { holder }]) => ({ name, holder }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async releaseLease(name, holder) {
      if (leases.get(name)?.holder === holder) leases.delete(name);
    },
    async releaseLeases(holder) {
      for (const [name, held] of leases) if (held.holder === holder) leases.delete(name);
    },
  };
}
