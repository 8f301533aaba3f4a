import { type Environment, type Estate, parseEstate } from '../estate/index.ts';
import type { BackupAttempt, BackupContent } from './attempt.ts';
import type { DrillReport } from './drill.ts';

/** An instant from its text, for tests. */
export const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);

const site = `---
kind: Site
name: rotterdam
timezone: Europe/Amsterdam
calendar:
  - { name: month-end, kind: peak, rule: "FREQ=MONTHLY;BYMONTHDAY=-1", lasts: 1d }
  - { name: black-friday, kind: peak, rule: "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", lasts: 3d }
  - { name: sunday, kind: maintenance-window, rule: "FREQ=WEEKLY;BYDAY=SU;BYHOUR=4", lasts: 2h }
`;
const regions =
  'regions:\n  - { name: west, jurisdiction: EU }\n  - { name: north, jurisdiction: EU }\n  - { name: over, jurisdiction: US }\n';
const keys = 'sealedTo: ["env:TO"]\nidentity: "env:ID"\nsigningKey: "env:SIGN"\n';

/** A repository as a document, for tests. */
export const repository = (name: string, region: string): string =>
  `---\nkind: Repository\nname: ${name}\nregion: ${region}\ndirectory: /srv/${name}\n${keys}`;

/** An estate with one environment, `acme-prod`, and what is added to both, for tests. */
export function estateWith(environment: string, more = ''): Estate {
  const text = `kind: Estate\nname: test\n${regions}---\nkind: Environment\nname: acme-prod\nstage: production\nplatform: host\nregion: west\nsites: [rotterdam]\nodoo: { version: "19.0", database: acme }\n${environment}\n${site}${more}`;
  const { estate, diagnostics } = parseEstate([{ path: 'estate.yaml', text }]);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (estate === undefined || errors.length > 0) throw new Error(JSON.stringify(errors));
  return estate;
}

/** The environment of `estateWith`. */
export function environmentWith(environment: string, more = ''): Environment {
  const [only] = estateWith(environment, more).environments;
  if (only === undefined) throw new Error('the estate has an environment');
  return only;
}

const mib = 2 ** 20;

/** A good dump that took ten minutes, for tests. */
export function backupAt(
  at: string | Temporal.Instant,
  more: Partial<BackupAttempt> = {},
  content: Partial<BackupContent> = {},
): BackupAttempt {
  const startedAt = typeof at === 'string' ? instant(at) : at;
  return {
    id: `${startedAt}`,
    method: 'logical',
    kind: 'full',
    startedAt,
    finishedAt: startedAt.add({ minutes: 10 }),
    outcome: 'good',
    detail: '',
    content: {
      databaseAt: startedAt,
      filestoreAt: startedAt,
      databaseBytes: 50 * mib,
      sourceBytes: 500 * mib,
      databaseFiles: 400,
      filestoreFiles: 1_000,
      filestoreBytes: 200 * mib,
      missingFiles: 0,
      rows: 100_000,
      addedBytes: mib,
      coverage: [],
      ...content,
    },
    ...more,
  };
}

/** A drill that verified a backup, for tests. */
export function drillAt(at: string, more: Partial<DrillReport> = {}): DrillReport {
  return {
    id: `drill-${at}`,
    environment: 'acme-prod',
    backup: 'b1',
    startedAt: instant(at),
    finishedAt: instant(at).add({ minutes: 5 }),
    verdict: 'verified',
    reasons: [],
    phases: [],
    checks: [],
    rpoAchievedSeconds: 60,
    rtoAchievedSeconds: 300,
    ...more,
  };
}
