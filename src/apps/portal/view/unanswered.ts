import type { UnansweredSignal } from './resources.ts';

/** Signals about one thing that lack the same: one line for all of them. */
export interface UnansweredGroup {
  readonly about: string;
  readonly lacks: UnansweredSignal['lacks'];
  readonly codes: readonly string[];
}

/** By what they are about and what they lack; what nobody is told of comes first. */
export function groupUnanswered(signals: readonly UnansweredSignal[]): readonly UnansweredGroup[] {
  const groups = Map.groupBy(signals, ({ about, lacks }) => `${about} ${lacks.join(' ')}`);
  return [...groups.values()]
    .flatMap((own): readonly UnansweredGroup[] => {
      const [first] = own;
      return first === undefined
        ? []
        : [{ about: first.about, lacks: first.lacks, codes: own.map(({ code }) => code).toSorted() }];
    })
    .toSorted(
      (a, b) => Number(b.lacks.includes('owner')) - Number(a.lacks.includes('owner')) || a.about.localeCompare(b.about),
    );
}
