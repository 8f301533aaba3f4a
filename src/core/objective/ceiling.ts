import type { BusinessService, Environment, Estate, Integration } from '../estate/index.ts';
import { formatPercent, type Ratio } from '../kernel/index.ts';
import type { FindingDraft } from '../observe/index.ts';
import type { ObjectiveSpec } from './spec.ts';
import type { ObjectiveVerdict } from './verdict.ts';

/** Something a service cannot do without, and how often it is there. */
export interface Support {
  readonly name: string;
  readonly ratio: Ratio;
  readonly isMeasured: boolean;
}

/** Fewer events than this measure nothing. */
const fewestMeasured = 100;

interface Ground {
  readonly estate: Estate;
  readonly environment: Environment;
  readonly verdicts: readonly ObjectiveVerdict[];
}

function measuredOf(verdict: ObjectiveVerdict | undefined): Ratio | undefined {
  return verdict !== undefined && verdict.total >= fewestMeasured ? (verdict.attainment ?? undefined) : undefined;
}

function supportOf(name: string, declared: Ratio | undefined, measured: Ratio | undefined): readonly Support[] {
  const ratio = measured ?? declared;
  return ratio === undefined ? [] : [{ name, ratio, isMeasured: measured !== undefined }];
}

function integrationSupport(
  { verdicts }: Ground,
  { name, availabilityRatio, exchange }: Integration,
): readonly Support[] {
  // What is queued waits for a partner that is away; the service goes on.
  if (exchange === 'queued') return [];
  const own = verdicts.find(({ key, kind }) => kind === 'integration' && key.includes(`.integration-${name}-`));
  return supportOf(`integration ${name}`, availabilityRatio, measuredOf(own));
}

function serviceSupport({ verdicts }: Ground, { name, objectives }: BusinessService): readonly Support[] {
  const promised = objectives.flatMap(({ availabilityRatio }) => availabilityRatio ?? []);
  const own = verdicts.find(
    (each) => each.service === name && each.kind === 'availability' && each.commitment === null,
  );
  const declared = promised.length === 0 ? undefined : Math.max(...promised);
  return supportOf(`service ${name}`, declared, measuredOf(own));
}

/** Everything a service needs in an environment whose availability is declared or measured. */
export function supportsOf(ground: Ground, service: BusinessService): readonly Support[] {
  const { estate, environment } = ground;
  const isHere = ({ environments }: { readonly environments: readonly string[] }): boolean =>
    environments.includes(environment.name);
  const integrations = estate.integrations
    .filter(isHere)
    .filter(
      ({ name, services }) => services.includes(service.name) || service.dependsOn.includes(`integration/${name}`),
    );
  const services = estate.services.filter(isHere).filter(({ name }) => service.dependsOn.includes(name));
  const others = estate.environments.filter(
    ({ name }) => environment.dependsOn.includes(name) || service.dependsOn.includes(`environment/${name}`),
  );
  return [
    ...supportOf(`environment ${environment.name}`, environment.objectives.availabilityRatio, undefined),
    ...others.flatMap(({ name, objectives }) =>
      supportOf(`environment ${name}`, objectives.availabilityRatio, undefined),
    ),
    ...services.flatMap((each) => serviceSupport(ground, each)),
    ...integrations.flatMap((each) => integrationSupport(ground, each)),
  ];
}

/**
 * Promises that cannot be kept because of what they rest on: things needed one after the other are there together at most as
 * often as the product of each. Taken as independent, and without credit for retries or a fallback.
 */
export function ceilingFindings(
  estate: Estate,
  environment: Environment,
  specs: readonly ObjectiveSpec[],
  verdicts: readonly ObjectiveVerdict[],
): readonly FindingDraft[] {
  const ground = { estate, environment, verdicts };
  return specs.flatMap((spec): readonly FindingDraft[] => {
    const service = estate.services.find(({ name }) => name === spec.service);
    if (spec.kind !== 'availability' || service === undefined) return [];
    const supports = supportsOf(ground, service);
    const ceilingRatio = supports.reduce((product, { ratio }) => product * ratio, 1);
    // The last digits of a product are noise of the arithmetic.
    if (ceilingRatio >= spec.targetRatio - 1e-9) return [];
    const words = supports.map(
      ({ name, ratio, isMeasured }) => `${name} ${formatPercent(ratio)}${isMeasured ? ' (measured)' : ''}`,
    );
    const weakest = supports.toSorted((a, b) => a.ratio - b.ratio)[0];
    return [
      {
        key: `DEPENDENCY_CEILING/${spec.key}`,
        code: 'DEPENDENCY_CEILING',
        severity: spec.commitment === null ? 'info' : 'warning',
        environment: environment.name,
        subject: `service/${spec.service}`,
        reason: `${spec.service} is promised ${formatPercent(spec.targetRatio)}, but rests on ${words.join(', ')}: together at most ${formatPercent(ceilingRatio)}.`,
        action: `Promise less, make ${weakest?.name ?? 'the weakest'} more available, or make the service work without it (queue, retry, fall back).`,
        evidence: { objective: spec.key, targetRatio: spec.targetRatio, ceilingRatio, weakest: weakest?.name ?? null },
      },
    ];
  });
}
