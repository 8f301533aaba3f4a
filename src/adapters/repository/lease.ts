import { Fault } from '../../core/kernel/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/object-store.ts';

/** How leases are kept and judged, in seconds. */
export interface LeaseTerms {
  /** A holder without a sign of life for so long is suspected of having died. */
  readonly suspectSeconds: number;
  /** How often a holder gives a sign of life. */
  readonly renewSeconds: number;
  /** A suspect that gives no sign while somebody watches for so long has died. */
  readonly watchSeconds: number;
}

export const defaultTerms: LeaseTerms = { suspectSeconds: 180, renewSeconds: 30, watchSeconds: 75 };

export interface LeaseContext {
  readonly store: ObjectStore;
  /** Removes what is over; may be refused. */
  readonly deleting: ObjectStore;
  readonly clock: Clock;
  readonly terms: LeaseTerms;
}

interface LeaseView {
  readonly epoch: number;
  readonly isReleased: boolean;
  /** Changes with every sign of life. */
  readonly signs: number;
  readonly lastSignAt: Temporal.Instant;
  readonly keys: readonly string[];
}

const epochText = (epoch: number): string => String(epoch).padStart(10, '0');

/** All epochs under a prefix, oldest first. Epochs only grow; the highest one is never removed. */
async function viewsOf(store: ObjectStore, prefix: string): Promise<readonly LeaseView[]> {
  const views = new Map<number, LeaseView>();
  for await (const { key, modifiedAt } of store.list(prefix)) {
    const [epochPart = '', name = ''] = key.slice(prefix.length).split('/');
    const epoch = Number.parseInt(epochPart, 10);
    if (!Number.isSafeInteger(epoch)) continue;
    const before = views.get(epoch);
    const isLater = before === undefined || Temporal.Instant.compare(modifiedAt, before.lastSignAt) > 0;
    views.set(epoch, {
      epoch,
      isReleased: before?.isReleased === true || name === 'released',
      signs: Math.max(before?.signs ?? 0, name.startsWith('renewed-') ? Number(name.slice(8)) : 0),
      lastSignAt: isLater ? modifiedAt : before.lastSignAt,
      keys: [...(before?.keys ?? []), key],
    });
  }
  return [...views.values()].sort((a, b) => a.epoch - b.epoch);
}

/**
 * Whether the holder lives. A clock that jumped makes a holder look old (or from the future), never dead: a suspect is
 * watched for a while, and one that lives shows itself meanwhile.
 */
async function isAlive(context: LeaseContext, prefix: string, view: LeaseView): Promise<boolean> {
  if (view.isReleased) return false;
  const age = Math.abs(context.clock.now().since(view.lastSignAt).total('seconds'));
  if (age < context.terms.suspectSeconds) return true;
  await context.clock.sleep(context.terms.watchSeconds);
  const later = (await viewsOf(context.store, prefix)).at(-1);
  if (later === undefined || later.isReleased) return false;
  return later.epoch !== view.epoch || later.signs !== view.signs;
}

/** Whether somebody holds the lease under a prefix. */
export async function isHeld(context: LeaseContext, prefix: string): Promise<boolean> {
  const view = (await viewsOf(context.store, prefix)).at(-1);
  return view !== undefined && (await isAlive(context, prefix, view));
}

/** A lease that is held. */
export interface Lease {
  /** Gives a sign of life and makes sure that it is still ours. Throws BACKUP_UNDER_WAY where it is not. */
  renew(): Promise<void>;
  /** Throws where the last `renew` is so long ago that others may think us dead: a stopped process that goes on. */
  demandFresh(): void;
  release(): Promise<void>;
}

/** Who holds it, as its claim says; for messages, and to know one's own claim again. */
async function holderOf(context: LeaseContext, prefix: string, epoch: number): Promise<string> {
  const body = await context.store.get(`${prefix}${epochText(epoch)}/claim`).catch(() => new Uint8Array(0));
  return new TextDecoder().decode(body);
}

const underWay = (prefix: string, holder: string): Fault =>
  new Fault('BACKUP_UNDER_WAY', `${prefix.slice(0, -1)} is held by ${holder === '' ? 'another' : holder}.`, {
    details: { lease: prefix, holder },
  });

/** Takes the lease under a prefix, or throws BACKUP_UNDER_WAY. Its own earlier claim a holder takes over at once. */
export async function takeLease(context: LeaseContext, prefix: string, holder: string): Promise<Lease> {
  const views = await viewsOf(context.store, prefix);
  const last = views.at(-1);
  if (last !== undefined && !last.isReleased) {
    const earlier = await holderOf(context, prefix, last.epoch);
    if (earlier !== holder && (await isAlive(context, prefix, last))) throw underWay(prefix, earlier);
  }
  const epoch = (last?.epoch ?? 0) + 1;
  const folder = `${prefix}${epochText(epoch)}/`;
  const answer = await context.store.put(`${folder}claim`, new TextEncoder().encode(holder));
  if (answer === 'exists') throw underWay(prefix, await holderOf(context, prefix, epoch));
  const lease = holdLease(context, prefix, epoch);
  return unlessLost(lease, async () => {
    await lease.renew();
    await removeKeys(
      context,
      views.flatMap(({ keys }) => keys),
    );
    return lease;
  });
}

/** Gives a lease up where what follows fails: else this process would go on giving signs of life for a claim that nobody uses. */
export async function unlessLost<Result>(lease: Lease, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/** Tidiness only: where deleting is denied, collection with its own credentials does it later. */
async function removeKeys(context: LeaseContext, keys: readonly string[]): Promise<void> {
  try {
    for (const key of keys) await context.deleting.delete(key);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

function holdLease(context: LeaseContext, prefix: string, epoch: number): Lease {
  const folder = `${prefix}${epochText(epoch)}/`;
  let signs = 0;
  let isReleased = false;
  let renewedAt = performance.now();
  const sign = async (): Promise<void> => {
    signs += 1;
    await context.store.put(`${folder}renewed-${signs}`, new Uint8Array(0));
    if (signs > 1) await removeKeys(context, [`${folder}renewed-${signs - 1}`]);
  };
  // A sign that fails is followed by the next; whether the lease is still ours is asked where it matters, in `renew`.
  const timer = setInterval(() => void sign().catch(() => undefined), context.terms.renewSeconds * 1_000);
  timer.unref();
  const release = async (): Promise<void> => {
    clearInterval(timer);
    if (isReleased) return;
    isReleased = true;
    // Where the store is away or full the lease runs out by itself; what its holder did, and why it failed, stands.
    await context.store.put(`${folder}released`, new Uint8Array(0)).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
    });
  };
  return {
    release,
    demandFresh: () => {
      if (performance.now() - renewedAt < context.terms.suspectSeconds * 1_000) return;
      throw new Fault('DEADLINE_EXCEEDED', `${prefix.slice(0, -1)} was not renewed in time; nothing more is done.`);
    },
    renew: async () => {
      const startedAt = performance.now();
      await sign();
      const last = (await viewsOf(context.store, prefix)).at(-1);
      if (last === undefined || last.epoch <= epoch) {
        renewedAt = startedAt;
        return;
      }
      clearInterval(timer);
      throw underWay(prefix, await holderOf(context, prefix, last.epoch));
    },
  };
}

/** Removes all epochs but the last under a prefix: nobody can hold them any more. */
export async function tidyLeases(context: LeaseContext, prefix: string): Promise<void> {
  const views = await viewsOf(context.store, prefix);
  await removeKeys(
    context,
    views.slice(0, -1).flatMap(({ keys }) => keys),
  );
}
