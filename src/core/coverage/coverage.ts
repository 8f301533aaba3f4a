import type { Estate } from '../estate/index.ts';
import type { FindingDraft } from '../observe/index.ts';
import { componentCoverage } from './components.ts';
import type { CoverageItem } from './item.ts';
import { integrationCoverage, serviceCoverage, siteCoverage } from './services.ts';

export { type CoverageItem, type Subject, subjects, type Watch, watches } from './item.ts';

/** Everything in an estate that somebody may ask "who watches this?" about, with the answer (OBS-13). */
export function coverageOf(estate: Estate): readonly CoverageItem[] {
  return [
    ...serviceCoverage(estate),
    ...siteCoverage(estate),
    ...integrationCoverage(estate),
    ...estate.environments.flatMap((environment) => componentCoverage(estate, environment)),
  ];
}

const code = 'NOT_WATCHED';

/** What nothing at all watches, as findings: production first. What is watched in part is in the report only. */
export function coverageFindings(estate: Estate): readonly FindingDraft[] {
  const production = new Set(
    estate.environments.filter(({ serviceClass }) => serviceClass === 'production').map(({ name }) => name),
  );
  return coverageOf(estate)
    .filter(({ isWatched }) => !isWatched)
    .map(({ subject, name, environment, lacks }) => {
      const isProduction = environment === null || production.has(environment);
      return {
        key: `${code}/${subject}/${environment ?? ''}/${name}`,
        code,
        severity: isProduction && subject !== 'component' ? 'warning' : 'info',
        environment,
        subject: `${subject}/${name}`,
        reason: `Nothing watches the ${subject} ${name}${environment === null ? '' : ` of ${environment}`}.`,
        action: lacks[0]?.how ?? 'Declare what is to watch it.',
        evidence: { lacks: lacks.map(({ watch }) => watch).join(', ') },
      };
    });
}
