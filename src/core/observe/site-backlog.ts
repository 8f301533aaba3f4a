import type { Sample } from './sample.ts';

/** The next cut-off of a site. */
export interface SiteCutOff {
  readonly site: string;
  readonly at: Temporal.Instant;
}

/** Open work of one site of an environment against its own next cut-off. */
export interface SiteBacklog {
  readonly site: string;
  /** Codes of the Odoo warehouses that are counted for it; `null` for every warehouse that no other site declares. */
  readonly warehouses: readonly string[] | null;
  readonly openCount: number | null;
  readonly lateCount: number | null;
  readonly dueBeforeNextCutOffCount: number | null;
  /** Why the counts are missing, and what to do; `null` where they are there or where nothing was measured at all. */
  readonly notCounted: string | null;
}

interface SiteWords {
  readonly name: string;
  readonly warehouses?: readonly string[] | undefined;
}

type Mine = (warehouse: string) => boolean;

const horizons: readonly (readonly [string, number])[] = [
  ['1h', 1],
  ['4h', 4],
  ['24h', 24],
];

const none = { openCount: null, lateCount: null, dueBeforeNextCutOffCount: null };

/** What the counts of Odoo's own API say instead of a warehouse. */
const everyWarehouse = 'all';

/**
 * The backlog of each site of an environment, from its current samples. A site that declares its warehouses counts
 * those; the first that declares none counts what no other site declares, so a single site counts everything; any
 * further one is not counted and says why. What is due before a cut-off is counted to the end of the horizon (1, 4 or
 * 24 hours) in which the cut-off lies: rather too many than too few.
 */
export function siteBacklogs(
  sites: readonly SiteWords[],
  samples: readonly Sample[],
  cutOffs: readonly SiteCutOff[],
  now: Temporal.Instant,
): readonly SiteBacklog[] {
  const declared = new Set(sites.flatMap(({ warehouses }) => warehouses ?? []));
  const rest = sites.find(({ warehouses }) => warehouses === undefined);
  return sites.map((site): SiteBacklog => {
    const { name, warehouses } = site;
    const own = { site: name, warehouses: warehouses ?? null };
    if (warehouses === undefined && site !== rest) {
      const notCounted = `${rest?.name} has the work of every warehouse that no site declares. Declare the warehouses of ${name}: \`odoo: { warehouses: [CODE] }\`.`;
      return { ...own, ...none, notCounted };
    }
    const isAlone = sites.length === 1;
    const notCounted = whyNotCounted(site, !isAlone && declared.size > 0, samples);
    if (notCounted !== null) return { ...own, ...none, notCounted };
    const isDeclared: Mine =
      warehouses === undefined ? (code) => !declared.has(code) : (code) => warehouses.includes(code);
    const mine: Mine = (code) => isDeclared(code) || (isAlone && code === everyWarehouse);
    const next = cutOffs.find((cutOff) => cutOff.site === name)?.at;
    return { ...own, ...count(samples, mine, horizonTo(next, now)), notCounted: null };
  });
}

function horizonTo(next: Temporal.Instant | undefined, now: Temporal.Instant): string | undefined {
  if (next === undefined) return undefined;
  const hoursLeft = (next.epochMilliseconds - now.epochMilliseconds) / 3_600_000;
  return horizons.find(([, hours]) => hours >= hoursLeft)?.[0];
}

function whyNotCounted(
  { name: site, warehouses }: SiteWords,
  isShared: boolean,
  samples: readonly Sample[],
): string | null {
  if (isShared && samples.some(({ labels }) => labels['warehouse'] === everyWarehouse)) {
    return `Odoo's API counts all warehouses together. Connect the database, so that the work of ${site} can be told apart.`;
  }
  const known = codesOf(samples);
  if (warehouses === undefined || known.length === 0) return null;
  const unknown = warehouses.filter((code) => !known.includes(code));
  // With one of them there, its work is counted; the others may come later.
  if (unknown.length < warehouses.length) return null;
  return `Odoo has no warehouse ${unknown.join(', ')}; it has ${known.slice(0, 10).join(', ')}. Correct the warehouses of ${site}.`;
}

function codesOf(samples: readonly Sample[]): readonly string[] {
  const found = samples.filter(({ metric, value }) => metric === 'odoo_warehouse_count' && value > 0);
  return found.flatMap(({ labels }) => labels['warehouse'] ?? []).sort();
}

/** A warehouse without a row has no such work, but only where the same question was answered for another. */
function count(
  samples: readonly Sample[],
  mine: Mine,
  horizon: string | undefined,
): Pick<SiteBacklog, keyof typeof none> {
  const sum = (metric: string, isIt: (sample: Sample) => boolean): number | null => {
    const measured = samples.filter((sample) => sample.metric === metric);
    if (measured.length === 0) return null;
    const found = measured.filter((sample) => mine(sample.labels['warehouse'] ?? '') && isIt(sample));
    return Math.round(found.reduce((total, { value }) => total + value, 0));
  };
  return {
    openCount: sum('odoo_picking_backlog_count', () => true),
    lateCount: sum('odoo_picking_late_count', () => true),
    dueBeforeNextCutOffCount:
      horizon === undefined ? null : sum('odoo_picking_due_count', ({ labels }) => labels['horizon'] === horizon),
  };
}
