import { isDatedAhead } from '../../core/kernel/index.ts';
import type { Coordination } from '../../ports/coordination.ts';

/** Coordination within one process. */
export function createMemoryCoordination(): Coordination {
  const slots = new Map<string, { readonly slot: number; readonly at: Temporal.Instant }>();
  const leases = new Map<string, { readonly holder: string; readonly expiresAt: Temporal.Instant }>();
  const lives = ({ expiresAt }: { readonly expiresAt: Temporal.Instant }, at: Temporal.Instant): boolean =>
    Temporal.Instant.compare(expiresAt, at) > 0 && !isDatedAhead(expiresAt, at);
  return {
    async beginSlot(work, slot, _holder, at) {
      const last = slots.get(work);
      if (last !== undefined && last.slot >= slot && !isDatedAhead(last.at, at)) return false;
      slots.set(work, { slot, at });
      return true;
    },
    async takeLease(name, holder, at, expiresAt) {
      const held = leases.get(name);
      if (held !== undefined && held.holder !== holder && lives(held, at)) return false;
      leases.set(name, { holder, expiresAt });
      return true;
    },
    async liveLeases(prefix, at) {
      return [...leases]
        .filter(([name, held]) => name.startsWith(prefix) && lives(held, at))
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
