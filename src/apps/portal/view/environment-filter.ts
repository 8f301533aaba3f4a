import { healthWords } from './judgement.ts';
import type { EnvironmentSummary } from './resources.ts';

/** What is looked for among the environments; what is not given lets all of them through. */
export interface EnvironmentFilter {
  readonly find?: string | undefined;
  /** The word of the business health, as it is shown. */
  readonly state?: string | undefined;
  readonly tenant?: string | undefined;
  readonly site?: string | undefined;
}

function textOf(environment: EnvironmentSummary): string {
  const { name, tenant, stage, tier, region, sites } = environment;
  return [name, tenant, stage, tier, region, ...sites.map((site) => site.name)].join(' ').toLowerCase();
}

/** The environments that pass every part of the filter, in their order. */
export function filterEnvironments(
  environments: readonly EnvironmentSummary[],
  { find = '', state, tenant, site }: EnvironmentFilter,
): readonly EnvironmentSummary[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  return environments.filter(
    (each) =>
      (state === undefined || healthWords[each.business.health] === state) &&
      (tenant === undefined || each.tenant === tenant) &&
      (site === undefined || each.sites.some(({ name }) => name === site)) &&
      (words.length === 0 || words.every((word) => textOf(each).includes(word))),
  );
}

const inOrder = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();

/** What each part of the filter can choose from. */
export function filterChoices(environments: readonly EnvironmentSummary[]) {
  return {
    states: Object.values(healthWords).filter((word) =>
      environments.some((each) => healthWords[each.business.health] === word),
    ),
    tenants: inOrder(environments.flatMap(({ tenant }) => tenant ?? [])),
    sites: inOrder(environments.flatMap(({ sites }) => sites.map(({ name }) => name))),
  };
}
