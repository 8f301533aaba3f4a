import { seedFrom } from '../kernel/index.ts';
import type { Environment, Estate } from './model.ts';

/** What was declared anew of an environment that was declared before. */
export interface DeclarationChange {
  readonly environment: string;
  /** Which parts of its declaration are other than before, in order. */
  readonly parts: readonly string[];
  /** The same declaration has the same; whoever reads it second knows that it is known. */
  readonly fingerprint: string;
}

/** Where something stands in the files is no part of what it says. */
const said = (value: unknown): string =>
  JSON.stringify(value, (key, each: unknown) => (key === 'place' ? undefined : each)) ?? '';

/** A part as the files call it: `isLab` is `lab:` there. */
const inFiles = (key: string): string => key.replace(/^is([A-Z])/, (_, letter: string) => letter.toLowerCase());

function changedParts(before: Environment, after: Environment): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Environment>;
  return [...keys]
    .filter((key) => key !== 'place' && said(before[key]) !== said(after[key]))
    .map(inFiles)
    .toSorted();
}

/** Environments whose declaration says something else than before, with what of it (OBS-07). */
export function declarationChanges(
  before: Pick<Estate, 'environments'>,
  after: Pick<Estate, 'environments'>,
): readonly DeclarationChange[] {
  const known = new Map(before.environments.map((each) => [each.name, each]));
  return after.environments.flatMap((environment): readonly DeclarationChange[] => {
    const old = known.get(environment.name);
    const parts = old === undefined ? [] : changedParts(old, environment);
    if (parts.length === 0) return [];
    return [{ environment: environment.name, parts, fingerprint: seedFrom(said(environment)).toString(16) }];
  });
}
