import { type EstateFile, integrationsIn, type NamedIntegration } from '../estate/index.ts';
import { countOf } from '../kernel/index.ts';
import { canonicalJson, type LedgerValue } from '../ledger/index.ts';
import type { Coverage } from './manifest.ts';
import { few } from './words.ts';

/** What is declared for an environment, and what its backup names. */
export interface IntegrationFacts {
  readonly declared: readonly string[];
  /** `undefined` for a backup that was taken before they were named. */
  readonly named: readonly Pick<NamedIntegration, 'name'>[] | undefined;
}

/** Whether a backup names every declared integration, so that each is connected again after a restore (BKP-01). */
export function integrationCoverage({ declared, named }: IntegrationFacts): Coverage {
  const part = 'integrations';
  if (declared.length === 0) return { part, isCovered: true, why: 'none is declared' };
  if (named === undefined) {
    const why = `it was taken before backups named their integrations, and ${few(declared)} should be in it`;
    return { part, isCovered: false, why };
  }
  const known = new Set(named.map(({ name }) => name));
  const left = declared.filter((name) => !known.has(name));
  if (left.length > 0) return { part, isCovered: false, why: `it does not name ${few(left)}` };
  return { part, isCovered: true, why: `${countOf(declared.length, 'integration')} by name and reference; no secret` };
}

const canonical = (value: unknown): string => canonicalJson(value as LedgerValue);

/** How a backup's list of integrations disagrees with the estate's documents in the same backup; `undefined` where it does not. */
export function integrationsProblem(
  named: readonly NamedIntegration[],
  documents: readonly EstateFile[],
  environment: string,
): string | undefined {
  const inDocuments = integrationsIn(documents, environment);
  const difference = (of: readonly NamedIntegration[], from: readonly NamedIntegration[]) => {
    const known = new Set(from.map(canonical));
    return of.filter((each) => !known.has(canonical(each))).map(({ name }) => name);
  };
  const [unnamed, unfounded] = [difference(inDocuments, named), difference(named, inDocuments)];
  if (unnamed.length === 0 && unfounded.length === 0) return undefined;
  const changed = unnamed.filter((name) => unfounded.includes(name));
  const parts = [
    ['says of %s what the documents do not', changed],
    ['leaves out %s', unnamed.filter((name) => !changed.includes(name))],
    ['names %s, which no document declares', unfounded.filter((name) => !changed.includes(name))],
  ] as const;
  const said = parts.flatMap(([text, names]) => (names.length === 0 ? [] : text.replace('%s', few(names))));
  return `The list of integrations ${said.join(', and ')}.`;
}
