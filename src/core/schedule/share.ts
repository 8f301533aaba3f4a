/** A lease that is alive: who looks after what. */
export interface HeldLease {
  readonly name: string;
  readonly holder: string;
}

/** What one controller should do about leases, so that all controllers end with a fair share each. */
export interface SharePlan {
  /** Held and to be kept. */
  readonly keep: readonly string[];
  /** Free and to be asked for; another controller may be quicker. */
  readonly take: readonly string[];
  /** Held beyond the fair share, and wanted by a controller that has less. */
  readonly release: readonly string[];
}

/**
 * Shares names among the controllers that are alive: at most the number divided by the controllers, rounded up, each.
 * A controller keeps what it has (what it remembers of an environment is worth something) up to its share.
 */
export function planShare(
  names: readonly string[],
  leases: readonly HeldLease[],
  controllers: readonly string[],
  me: string,
): SharePlan {
  const alive = new Set([...controllers, me]);
  const share = Math.ceil(names.length / alive.size);
  const holders = new Map(leases.map((lease) => [lease.name, lease.holder]));
  const mine = names.filter((name) => holders.get(name) === me);
  const free = names.filter((name) => !holders.has(name));
  const keep = mine.slice(0, share);
  return { keep, take: free.slice(0, Math.max(0, share - keep.length)), release: mine.slice(share) };
}
