/** What may be watched. */
export const subjects = ['service', 'site', 'integration', 'component', 'backup'] as const;
export type Subject = (typeof subjects)[number];

/** What may watch it, and what is needed when it breaks. */
export const watches = ['journey', 'indicator', 'objective', 'alert', 'owner', 'runbook'] as const;
export type Watch = (typeof watches)[number];

/** One thing of the estate: what watches it, and what does not and how it could. */
export interface CoverageItem {
  readonly subject: Subject;
  readonly name: string;
  /** The environment it is of, where it is of one. */
  readonly environment: string | null;
  /** What watches it, with what in particular. */
  readonly by: readonly { readonly watch: Watch; readonly what: string }[];
  /** What could watch it and does not, with how to have it. */
  readonly lacks: readonly { readonly watch: Watch; readonly how: string }[];
  /** Whether anything sees it at all: an owner and a runbook see nothing. */
  readonly isWatched: boolean;
}

/** One question: what watches, or else how it could. Left out where the question makes no sense. */
export interface Answer {
  readonly watch: Watch;
  readonly what: string | undefined;
  readonly how: string;
}

const seeing: readonly Watch[] = ['journey', 'indicator', 'objective'];

/** Answers put together. */
export function itemOf(
  about: Pick<CoverageItem, 'subject' | 'name' | 'environment'>,
  answers: readonly Answer[],
): CoverageItem {
  const by = answers.flatMap(({ watch, what }) => (what === undefined ? [] : [{ watch, what }]));
  const lacks = answers.flatMap(({ watch, what, how }) => (what === undefined ? [{ watch, how }] : []));
  return { ...about, by, lacks, isWatched: by.some(({ watch }) => seeing.includes(watch)) };
}
