import {
  affects,
  buildGraph,
  calendarOf,
  type Estate,
  type Occurrence as EstateOccurrence,
  findElement,
  needs,
} from '../core/estate/index.ts';
import type { Occurrence, Planning } from './server/planning.ts';

const iso = (at: Temporal.Instant): string =>
  at.round({ smallestUnit: 'millisecond', roundingMode: 'floor' }).toString();

function toView({ event, at, until }: EstateOccurrence): Occurrence {
  return {
    site: event.site,
    timezone: event.timezone,
    name: event.name,
    kind: event.kind,
    at: iso(at),
    until: until === undefined ? null : iso(until),
    service: event.service ?? null,
    profile: event.profile ?? null,
  };
}

interface Expanded {
  readonly fromMilliseconds: number;
  readonly endMilliseconds: number;
  readonly view: Occurrence;
}

function expand(occurrence: EstateOccurrence): Expanded {
  return {
    fromMilliseconds: occurrence.at.epochMilliseconds,
    endMilliseconds: (occurrence.until ?? occurrence.at).epochMilliseconds,
    view: toView(occurrence),
  };
}

/** An answer over a window that is asked for again and again is expanded once a minute, not at every request. */
function createMemory() {
  const kept = new WeakMap<Estate, Map<string, readonly Expanded[]>>();
  return (estate: Estate, from: Temporal.Instant, to: Temporal.Instant): readonly Expanded[] => {
    const answers = kept.get(estate) ?? new Map<string, readonly Expanded[]>();
    kept.set(estate, answers);
    const minute = { smallestUnit: 'minute', roundingMode: 'floor' } as const;
    const [first, last] = [from.round(minute), to.round(minute).add({ minutes: 1 })];
    const key = `${first}/${last}`;
    const found = answers.get(key) ?? calendarOf(estate.sites, first, last).map(expand);
    if (answers.size > 20) answers.clear();
    answers.set(key, found);
    return found;
  };
}

/** The calendar and the dependency graph of an estate, as the server asks them. */
export function createPlanning(): Planning {
  const expanded = createMemory();
  return {
    occurrences: (estate, from, to) => {
      const [first, last] = [from.epochMilliseconds, to.epochMilliseconds];
      return expanded(estate, from, to)
        .filter(({ fromMilliseconds, endMilliseconds }) => fromMilliseconds < last && endMilliseconds >= first)
        .map(({ view }) => view);
    },
    graph: (estate, written, direction) => {
      const graph = buildGraph(estate);
      const lookup = findElement(graph, written);
      if (lookup.kind !== 'found') return undefined;
      const reached = (direction === 'needs' ? needs : affects)(graph, lookup.element.id);
      const elements = reached.map(({ id, kind, path }) => ({ id, kind, path: [...path] }));
      return { element: lookup.element.id, direction, elements };
    },
  };
}
