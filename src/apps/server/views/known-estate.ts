import type { Estate } from '../../../core/estate/index.ts';
import type { DrillReport } from '../../../core/recovery/index.ts';
import type { StoredEvent } from '../../../ports/store.ts';
import type { ServerDeps } from '../deps.ts';
import { type Known, readChanged, readKnown } from './known.ts';

/** Notifications can be lost with their connection; so often it is asked whether something happened. */
const askEveryMilliseconds = 2_000;
/** While nobody looks it is kept up so often, so that the first who does finds it ready. */
const keepUpMilliseconds = 1_000;
/** So often everything is read again, should an event ever say less than it changed. */
const readAllEveryMilliseconds = 60_000;
/** At so many events, and for so many environments at once, reading everything costs less. */
const mostEvents = 1_000;
const mostEnvironments = 300;

/** Enough for the last one of every environment of a large estate. */
const mostDrills = 2_000;

/** Everything that is known of an estate at a moment. */
export interface KnownEstate {
  readonly estate: Estate;
  readonly known: Known;
  readonly drills: readonly DrillReport[];
}

interface Kept extends KnownEstate {
  readonly readAllAt: number;
  readonly askedAt: number;
  readonly lastEventId: number;
}

function changedBy(events: readonly StoredEvent[], estate: Estate) {
  const prefix = 'environment/';
  const names = new Set(
    events.map(({ subject, data }) =>
      subject.startsWith(prefix) ? subject.slice(prefix.length) : String(data['environment'] ?? ''),
    ),
  );
  return {
    environments: estate.environments.filter(({ name }) => names.has(name)),
    hasLifecycle: events.some(({ type }) => type.includes('.lifecycle.')),
    hasFindings: events.some(({ type }) => type.includes('.finding.')),
  };
}

async function readAll(deps: ServerDeps, estate: Estate): Promise<Kept> {
  const now = deps.clock.now();
  // The newest event first: what happens while everything is read is read again, never missed.
  const { newestId } = await deps.store.events.bounds();
  const [known, drills] = await Promise.all([
    readKnown(deps, estate.environments, now),
    deps.store.drills.list({ limit: mostDrills }),
  ]);
  const at = now.epochMilliseconds;
  return { estate, known, drills, readAllAt: at, askedAt: at, lastEventId: newestId };
}

/** Reads what events say has changed. Measurements are written before the judgement of the look that made them. */
async function readOn(deps: ServerDeps, kept: Kept): Promise<Kept> {
  const now = deps.clock.now();
  const askedAt = now.epochMilliseconds;
  const events = await deps.store.events.read({ afterId: kept.lastEventId, limit: mostEvents });
  const last = events.at(-1);
  if (last === undefined) return { ...kept, askedAt };
  const changed = changedBy(events, kept.estate);
  if (events.length === mostEvents || changed.environments.length > mostEnvironments) return readAll(deps, kept.estate);
  const hasDrills = events.some(({ type }) => type.includes('.drill.'));
  const [known, drills] = await Promise.all([
    readChanged(deps, kept.known, changed, now),
    hasDrills ? deps.store.drills.list({ limit: mostDrills }) : kept.drills,
  ]);
  return { ...kept, known, drills, askedAt, lastEventId: last.id };
}

/**
 * What is known of the whole estate, kept and brought up by events: a thousand environments are read once, then each
 * when it changed. Whoever asks gets all that was told before they asked, and many who ask at once cause one reading.
 */
export function createKnownEstate(deps: ServerDeps): () => Promise<KnownEstate> {
  let kept: Kept | undefined;
  let hasNews = false;
  let reading: Promise<Kept> | undefined;
  let willKeepUp = false;

  const read = (isWhole: boolean): Promise<Kept> => {
    hasNews = false;
    const { estate } = deps.estate();
    const mine = kept?.estate !== estate || isWhole ? readAll(deps, estate) : readOn(deps, kept);
    const settled = mine.finally(() => {
      if (reading === settled) reading = undefined;
    });
    reading = settled;
    settled.then(
      (next) => {
        kept = next;
      },
      () => {
        // What was read on from may be half the truth now; whoever asks next reads everything, and hears why not.
        kept = undefined;
      },
    );
    return settled;
  };

  const keepUp = (): void => {
    willKeepUp = false;
    if (reading !== undefined || !hasNews) return;
    const isOld = kept === undefined || deps.clock.now().epochMilliseconds - kept.readAllAt >= readAllEveryMilliseconds;
    // Whoever asks hears of a failure; nobody asked here.
    read(isOld).catch(() => {});
  };

  deps.onEvents(() => {
    hasNews = true;
    if (willKeepUp) return;
    willKeepUp = true;
    setTimeout(keepUp, keepUpMilliseconds).unref();
  });

  return async () => {
    // A reading that is under way may have begun before the latest news; the one after it has not.
    if (reading !== undefined) await reading.catch(() => {});
    if (reading !== undefined) return reading;
    const age = deps.clock.now().epochMilliseconds - (kept?.askedAt ?? 0);
    const isCurrent = kept !== undefined && kept.estate === deps.estate().estate && !hasNews && age >= 0;
    return kept !== undefined && isCurrent && age < askEveryMilliseconds ? kept : read(false);
  };
}
