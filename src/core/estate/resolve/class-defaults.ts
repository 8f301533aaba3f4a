import type { Backup, Change, Objectives, Recovery, Resources, ServiceClass, Stage } from '../model.ts';

const hour = 3_600;
const day = 24 * hour;
const gib = 2 ** 30;

/** What an environment gets from its service class unless a tier or the environment says otherwise (EST-04). */
export interface ClassDefaults {
  readonly objectives: Objectives;
  readonly recovery: Recovery;
  readonly backup: Backup;
  readonly change: Change;
  readonly resources: Resources;
  readonly schedule: 'always' | 'working-hours';
}

const nothingDeclared = {
  legal: [],
  hold: undefined,
  copies: [],
  repository: undefined,
  avoidPeaks: true,
  windows: [],
} as const;

/** The defaults of both classes; docs/estate.md shows them. */
export const classDefaults: Readonly<Record<ServiceClass, ClassDefaults>> = {
  production: {
    objectives: { rpoSeconds: hour, rtoSeconds: 4 * hour, availabilityRatio: 0.995 },
    recovery: { pattern: 'backup-restore', drillEverySeconds: 30 * day },
    backup: {
      method: 'physical',
      everySeconds: day,
      retain: { hourly: 0, daily: 7, weekly: 5, monthly: 12, yearly: 0 },
      immutableForSeconds: 14 * day,
      ...nothingDeclared,
    },
    change: { rollout: 'rolling', approvals: 1, windows: [], freezes: [] },
    resources: { cpuCores: 4, memoryBytes: 8 * gib, databaseBytes: 50 * gib, filestoreBytes: 100 * gib },
    schedule: 'always',
  },
  'non-production': {
    objectives: { rpoSeconds: day, rtoSeconds: 3 * day, availabilityRatio: undefined },
    recovery: { pattern: 'backup-restore', drillEverySeconds: 180 * day },
    backup: {
      method: 'logical',
      // As often as the recovery point below asks for: a dump a week would lose a week.
      everySeconds: day,
      retain: { hourly: 0, daily: 3, weekly: 2, monthly: 0, yearly: 0 },
      immutableForSeconds: 0,
      ...nothingDeclared,
    },
    change: { rollout: 'recreate', approvals: 0, windows: [], freezes: [] },
    resources: { cpuCores: 2, memoryBytes: 4 * gib, databaseBytes: 20 * gib, filestoreBytes: 40 * gib },
    schedule: 'working-hours',
  },
};

/** The class that follows from a stage. Reporting reads production's figures every day, so it is production too. */
export function classOfStage(stage: Stage): ServiceClass {
  return stage === 'production' || stage === 'reporting' ? 'production' : 'non-production';
}
