import { runbookFor } from '../alert/index.ts';
import { type Environment, type Estate, type PlatformPart, platformParts } from '../estate/index.ts';
import { formatDuration } from '../kernel/index.ts';
import { type Answer, type CoverageItem, itemOf } from './item.ts';

/** Which collector sees a part, whether the estate lets it, and how it could. A part that none sees has no `sees`. */
interface Sight {
  readonly sees?: string;
  readonly isOn: (environment: Environment) => boolean;
  readonly how: string;
  /** What is wrong with it is told by these codes. */
  readonly codes: readonly string[];
}

const connect = (part: string): string => `Declare \`connect: { ${part} }\` of the environment.`;
const nobody = (what: string): Sight => ({
  isOn: () => false,
  how: `Plimsoll has no eyes for ${what}: watch it elsewhere, and send its alerts through Alertmanager.`,
  codes: [],
});

const sights: Readonly<Record<PlatformPart, Sight>> = {
  web: {
    ...{ sees: 'its health page', isOn: (each) => each.connect.odoo !== undefined, how: connect('odoo') },
    codes: ['ODOO_WEB_DOWN', 'BUSINESS_STOPPED'],
  },
  workers: {
    ...{ sees: 'processes and requests of the server log', isOn: (each) => each.connect.log !== undefined },
    ...{ how: connect('log'), codes: ['LATENCY_HIGH'] },
  },
  'scheduled-jobs': {
    ...{ sees: 'scheduled actions in the database', how: connect('postgres') },
    ...{ isOn: (each) => each.connect.postgres !== undefined || each.connect.odoo?.apiKey !== undefined },
    codes: ['CRONS_STOPPED', 'CRON_OVERDUE'],
  },
  postgres: {
    ...{ sees: 'locks, sessions, sizes and replication', isOn: (each) => each.connect.postgres !== undefined },
    ...{ how: connect('postgres'), codes: ['POSTGRES_UNREACHABLE', 'TABLE_LOCKED'] },
  },
  redis: {
    ...{ sees: 'memory, clients and hits', isOn: (each) => each.connect.redis !== undefined, how: connect('redis') },
    codes: ['REDIS_DOWN'],
  },
  ingress: {
    ...{ sees: 'the address that users open', isOn: (each) => each.connect.ingress !== undefined },
    ...{ how: connect('ingress'), codes: ['INGRESS_DOWN'] },
  },
  'object-storage': {
    ...{ sees: 'the filestore', isOn: (each) => each.connect.filestore !== undefined, how: connect('filestore') },
    codes: [],
  },
  logging: {
    ...{ sees: 'the server log, as it is read', isOn: (each) => each.connect.log !== undefined, how: connect('log') },
    codes: ['COLLECTOR_FAILED'],
  },
  metrics: {
    ...{ sees: 'that samples come at all', isOn: (each) => each.connect.odoo !== undefined, how: connect('odoo') },
    codes: ['COLLECTION_STALE'],
  },
  alerting: nobody('alerting besides its own'),
  identity: nobody('the identity provider'),
};

function runbookOf(estate: Estate, codes: readonly string[]): string | undefined {
  const asked = { source: 'health', subject: '', environment: null, action: null, theme: '', services: [] } as const;
  return codes.map((code) => runbookFor(estate, { ...asked, code })?.name).find((name) => name !== undefined);
}

function backupItem(estate: Estate, environment: Environment): CoverageItem {
  const { method, repository } = environment.backup;
  const { drillEverySeconds } = environment.tier.recovery;
  const codes = ['BACKUP_MISSED', 'BACKUP_FAILED', 'BACKUP_UNVERIFIED', 'DRILL_OVERDUE'];
  return itemOf({ subject: 'backup', name: method, environment: environment.name }, [
    {
      watch: 'indicator',
      what: repository === undefined ? undefined : `backups in ${repository} are checked`,
      how: 'Declare a Repository and name it under `backup`.',
    },
    {
      watch: 'objective',
      what: repository === undefined ? undefined : `a drill each ${formatDuration(drillEverySeconds)}`,
      how: 'Without a repository no drill can prove anything.',
    },
    { watch: 'owner', what: environment.owner, how: 'Name a team: `owner: …` of the environment.' },
    { watch: 'runbook', what: runbookOf(estate, codes), how: `Write a Runbook with \`when: [${codes[0]}]\`.` },
  ]);
}

/** The parts an environment has, and its backups. */
export function componentCoverage(estate: Estate, environment: Environment): readonly CoverageItem[] {
  const components = platformParts.flatMap((part): readonly CoverageItem[] => {
    if (environment.parts[part] === undefined) return [];
    const { sees, isOn, how, codes } = sights[part];
    const runbook: readonly Answer[] =
      codes.length === 0
        ? []
        : [{ watch: 'runbook', what: runbookOf(estate, codes), how: `Write a Runbook with \`when: [${codes[0]}]\`.` }];
    return [
      itemOf({ subject: 'component', name: part, environment: environment.name }, [
        { watch: 'indicator', what: isOn(environment) ? sees : undefined, how },
        { watch: 'owner', what: environment.owner, how: 'Name a team: `owner: …` of the environment.' },
        ...runbook,
      ]),
    ];
  });
  return [...components, backupItem(estate, environment)];
}
