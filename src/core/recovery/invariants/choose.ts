import { odooMajorOf } from '../../observe/index.ts';
import type { DrillCheck } from '../drill.ts';
import { type Invariant, notApplicable } from './invariant.ts';

/** Which of some invariants to ask of a database, and what is said of the others. */
export function chooseInvariants(
  invariants: readonly Invariant[],
  version: string,
  modules: ReadonlySet<string>,
): { readonly ask: readonly Invariant[]; readonly skipped: readonly DrillCheck[] } {
  const major = odooMajorOf(version);
  const fits = (invariant: Invariant): boolean => invariant.versions.some((each) => each === major);
  const ask = invariants.filter((invariant) => modules.has(invariant.module) && fits(invariant));
  const asked = new Set(ask.map(({ name }) => name));
  const left = new Map(invariants.filter(({ name }) => !asked.has(name)).map((each) => [each.name, each]));
  const skipped = [...left.values()].map((invariant) =>
    notApplicable(
      invariant,
      modules.has(invariant.module)
        ? `there is no question for Odoo ${version}`
        : `module ${invariant.module} is not installed`,
    ),
  );
  return { ask, skipped };
}
