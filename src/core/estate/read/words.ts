import { closest, distance } from 'fastest-levenshtein';

/** The nearest known word, where it is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lower = word.toLowerCase();
  const same = known.find((candidate) => candidate.toLowerCase() === lower);
  if (same !== undefined) return same;
  const best = closest(word, [...known]);
  return distance(word, best) <= Math.max(1, Math.floor(word.length / 3)) ? best : undefined;
}

/** "Did you mean …?" where something is near, else what there is. */
export function didYouMean(word: string, known: readonly string[], label: string): string {
  const near = nearest(word, known);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  if (known.length === 0) return `${label}: nothing.`;
  const shown = known.slice(0, 20).join(', ');
  return `${label}: ${shown}${known.length > 20 ? ', …' : ''}.`;
}

/** `a, b or c`. */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
