import { nearest } from '../read/words.ts';
import type { DependencyGraph, Edge, Element } from './graph.ts';

/** An element that is reached, how far away it is, and the way there. */
export interface Reached extends Element {
  /** Edges on the shortest way, from the element that was asked about. */
  readonly distance: number;
  /** Addresses along the way, both ends included. */
  readonly path: readonly string[];
  /** Why the last step holds. */
  readonly why: string;
}

/** Everything an element needs, directly or through others, nearest first. */
export function needs(graph: DependencyGraph, id: string): readonly Reached[] {
  return reach(
    graph,
    id,
    (at) => graph.needs.get(at) ?? [],
    (edge) => edge.to,
  );
}

/** Everything that breaks with an element, directly or through others, nearest first. */
export function affects(graph: DependencyGraph, id: string): readonly Reached[] {
  return reach(
    graph,
    id,
    (at) => graph.neededBy.get(at) ?? [],
    (edge) => edge.from,
  );
}

function reach(
  graph: DependencyGraph,
  id: string,
  edgesOf: (id: string) => readonly Edge[],
  end: (edge: Edge) => string,
): readonly Reached[] {
  const found = new Map<string, Reached>();
  let frontier: readonly { readonly id: string; readonly path: readonly string[] }[] = [{ id, path: [id] }];
  while (frontier.length > 0) {
    const next: { readonly id: string; readonly path: readonly string[] }[] = [];
    for (const at of frontier) {
      for (const edge of edgesOf(at.id)) {
        const element = graph.elements.get(end(edge));
        if (element === undefined || element.id === id || found.has(element.id)) continue;
        const path = [...at.path, element.id];
        found.set(element.id, { ...element, distance: path.length - 1, path, why: edge.why });
        next.push({ id: element.id, path });
      }
    }
    frontier = next;
  }
  return [...found.values()].toSorted((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1));
}

/** What a name written by a person stands for. */
export type Lookup =
  | { readonly kind: 'found'; readonly element: Element }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] }
  | { readonly kind: 'unknown'; readonly suggestions: readonly string[] };

/** Finds an element by its address (`integration/dhl`) or by a name that only one element has (`dhl`). */
export function findElement(graph: DependencyGraph, written: string): Lookup {
  const exact = graph.elements.get(written);
  if (exact !== undefined) return { kind: 'found', element: exact };
  const all = [...graph.elements.values()];
  const named = all.filter(({ name, id }) => name === written || id.endsWith(`/${written}`));
  const [only, ...others] = named;
  if (only !== undefined && others.length === 0) return { kind: 'found', element: only };
  if (only !== undefined) return { kind: 'ambiguous', candidates: named.map(({ id }) => id) };
  const nearId = nearest(
    written,
    all.map(({ id }) => id),
  );
  const nearName = nearest(
    written,
    all.map(({ name }) => name),
  );
  // The nearest address comes first: `integration/dhll` is a slip of `integration/dhl`, however like a team's name it looks.
  const near = all
    .filter(({ id, name }) => id === nearId || name === nearName || name.includes(written))
    .sort((a, b) => Number(b.id === nearId) - Number(a.id === nearId));
  return { kind: 'unknown', suggestions: near.slice(0, 5).map(({ id }) => id) };
}
