import type { Environment } from '../../core/estate/index.ts';
import {
  type BackupRun,
  backupId,
  type Coverage,
  coverageOf,
  type DrillPhase,
  type DrillReport,
  drillPhases,
  type RestoreFacts,
  slotAt,
} from '../../core/recovery/index.ts';
import type { Scenario } from './scenarios.ts';
import { chance } from './signals.ts';

const gib = 2 ** 30;
const hours = (count: number): Temporal.DurationLike => ({ hours: Math.round(count) });

/** What became of the backups of a made-up environment, newest last. */
export interface RecoveryStory {
  readonly runs: readonly BackupRun[];
  readonly drills: readonly DrillReport[];
  /** A backup is being taken at the moment. */
  readonly isRunning: boolean;
}

/** How the recovery of an environment fares. */
type Fate = 'verified' | 'expired' | 'not-recoverable' | 'first-running' | 'none';

export function fateOf(scenario: Scenario, environment: string): Fate {
  if (scenario === 'thousand') return amongThousand(environment);
  if (scenario === 'calm' || scenario === 'stale') return 'verified';
  const fates: Readonly<Record<string, Fate>> = {
    'polder-prod': 'expired',
    'savannah-prod': 'not-recoverable',
    'acme-training': 'first-running',
  };
  return fates[environment] ?? 'verified';
}

function amongThousand(environment: string): Fate {
  const lot = chance(environment, Temporal.Instant.fromEpochMilliseconds(0), 1);
  if (lot < 0.02) return 'none';
  if (lot < 0.04) return 'not-recoverable';
  return lot < 0.1 ? 'expired' : 'verified';
}

/** As the real coverage is judged: savannah runs add-ons of its own, and polder's backups open with one key alone. */
function coverageFor(environment: string): readonly Coverage[] {
  return coverageOf({
    databaseIn: 'the dump of 612 tables',
    filestoreFiles: 48_210,
    missingFiles: environment === 'savannah-prod' ? 3 : 0,
    estateDocuments: 21,
    configurationFiles: environment === 'savannah-prod' ? 0 : 2,
    build: environment === 'savannah-prod' ? undefined : 'Debian package odoo-19 19.0.20261109',
    modules: 84,
    addons: [],
    foreignModules: environment === 'savannah-prod' ? ['palmetto_rf', 'palmetto_dock'] : [],
    integrations: { declared: ['carrier'], named: [{ name: 'carrier' }] },
    keys: environment === 'polder-prod' ? 1 : 2,
  });
}

function restoresOf(environment: Environment, at: Temporal.Instant): RestoreFacts {
  return {
    consistentAt: at.add({ minutes: 2 }),
    lastBusinessRowAt: at.add({ minutes: 1 }),
    sourceBytes: 35 * gib,
    odooVersion: environment.odoo.version,
    keys: environment.name === 'polder-prod' ? 1 : 2,
    coverage: coverageFor(environment.name),
    software: [{ name: 'odoo', version: 'Debian package odoo-19 19.0.20261109' }],
  };
}

/** A backup that ended: begun at the instant, good unless a reason is given. */
export function fakeBackup(environment: Environment, at: Temporal.Instant, reason: string | null = null): BackupRun {
  const method = environment.backup.method === 'logical' ? 'logical' : 'physical';
  const isFull = method === 'logical' || at.toZonedDateTimeISO('UTC').dayOfWeek === 7;
  const suffix = Math.floor(chance(environment.name, at, 1) * 0xff_ffff)
    .toString(16)
    .padStart(6, '0');
  const minutes = Math.round((isFull ? 19 : 6) + chance(environment.name, at, 1) * 4);
  const figures = {
    databaseBytes: Math.round(35 * gib * (method === 'logical' ? 0.22 : 1)),
    filestoreFiles: 48_210,
    filestoreBytes: 27 * gib,
    missingFiles: environment.name === 'savannah-prod' ? 3 : 0,
    addedBytes: Math.round((isFull ? 8.4 : 1.1) * gib * (0.9 + chance(environment.name, at, 1) / 5)),
    restores: restoresOf(environment, at),
  };
  return {
    id: backupId(at, method, suffix),
    environment: environment.name,
    repository: environment.backup.repository ?? 'vault',
    method,
    kind: isFull ? 'full' : 'differential',
    state: reason === null ? 'succeeded' : 'failed',
    startedAt: at,
    finishedAt: at.add({ minutes }),
    reason,
    progress: null,
    figures: reason === null ? figures : null,
    seenAt: at.add({ minutes }),
  };
}

const shares: Readonly<Record<DrillPhase, number>> = {
  fetch: 0.16,
  'restore-database': 0.47,
  'restore-filestore': 0.2,
  neutralise: 0.01,
  boot: 0.05,
  journeys: 0.04,
  invariants: 0.06,
  teardown: 0.01,
};

const lostFile = {
  name: 'filestore.present',
  outcome: 'failed',
  detail: '1 of 48210 attachments has no file',
  evidence: ['attachment 88412 "pod-2026-1107.pdf" of stock.picking: a3/a3f1c2…'],
} as const;

/** A drill of a backup, begun at the instant, that took so long to a serving Odoo. */
export function fakeDrill(
  backup: BackupRun,
  at: Temporal.Instant,
  shown: { readonly verdict: DrillReport['verdict']; readonly rtoSeconds: number; readonly rpoSeconds: number },
): DrillReport {
  const { verdict, rtoSeconds, rpoSeconds } = shown;
  const isDone = verdict !== 'inconclusive';
  const phases = (isDone ? drillPhases : drillPhases.slice(0, 2)).map((phase) => ({
    phase,
    seconds: shares[phase] * rtoSeconds * (0.9 + chance(`${backup.id}/${phase}`, at, 1) / 5),
  }));
  const passed = [
    'filestore.sha1',
    'stock.quants-agree',
    'accounting.balance',
    'neutralised.crons',
    'neutralised.mail',
  ];
  const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0);
  const isGood = verdict === 'verified';
  const checks = isDone
    ? [
        ...passed.map((name) => ({ name, outcome: 'passed' as const, detail: 'as it was', evidence: [] })),
        ...(isGood ? [] : [lostFile]),
      ]
    : [];
  const reasons = isGood
    ? []
    : isDone
      ? [`${lostFile.name}: ${lostFile.detail}, first ${lostFile.evidence[0]}`]
      : ['in phase restore-database: there is no space left on this machine'];
  return {
    id: fakeId(`${backup.id}/${at}`),
    environment: backup.environment,
    backup: backup.id,
    startedAt: at,
    finishedAt: at.add({ seconds: Math.round(seconds) }),
    verdict,
    reasons,
    phases,
    checks,
    rpoAchievedSeconds: isDone ? rpoSeconds : null,
    rtoAchievedSeconds: isGood ? rtoSeconds : null,
  };
}

/** The same name, the same id: a story told twice is one. */
function fakeId(name: string): string {
  const part = (index: number): string =>
    Math.floor(chance(`${name}/${index}`, Temporal.Instant.fromEpochMilliseconds(0), 1) * 0xffff_ffff)
      .toString(16)
      .padStart(8, '0');
  const digits = part(0) + part(1) + part(2) + part(3);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** How often a made-up environment is backed up and drilled, and for how long that has gone on. */
function rhythmOf(scenario: Scenario, { backup, tier }: Environment) {
  const days = scenario === 'thousand' ? 2 : 28;
  const weeks = scenario === 'thousand' ? 1 : 12;
  return {
    backupEveryHours: Math.max(6, backup.everySeconds / 3_600),
    backupDays: days,
    drillEveryHours: Math.min(tier.recovery.drillEverySeconds / 3_600, 24 * 21) * 0.95,
    drills: weeks,
  };
}

/** When the last so many backups were begun, oldest first: in the slots that the real planner counts by. */
function slotsBefore(environment: Environment, now: Temporal.Instant, count: number): readonly Temporal.Instant[] {
  const begun: Temporal.Instant[] = [];
  // A backup of the newest slot that would still run is left out.
  let at = now.subtract({ minutes: 25 });
  while (begun.length < count) {
    const { start } = slotAt(environment, at);
    begun.unshift(start.add({ seconds: 20 }));
    at = start.subtract({ seconds: 1 });
  }
  return begun;
}

/** The backups and drills of an environment up to the instant. */
export function recoveryStory(scenario: Scenario, environment: Environment, now: Temporal.Instant): RecoveryStory {
  const fate = fateOf(scenario, environment.name);
  if (fate === 'none' || fate === 'first-running') return { runs: [], drills: [], isRunning: fate !== 'none' };
  const rhythm = rhythmOf(scenario, environment);
  const begun = slotsBefore(environment, now, Math.floor((rhythm.backupDays * 24) / rhythm.backupEveryHours));
  const runs = begun.map((at, index) => {
    const isFailed = environment.name === 'savannah-prod' && index === begun.length - 2;
    return fakeBackup(environment, at, isFailed ? 'REPOSITORY_FULL: vault has 0.4 GiB left of 500 GiB' : null);
  });
  return { runs, drills: drillsOf(environment, fate, { runs, rhythm, now }), isRunning: false };
}

function drillsOf(
  environment: Environment,
  fate: Fate,
  told: {
    readonly runs: readonly BackupRun[];
    readonly rhythm: ReturnType<typeof rhythmOf>;
    readonly now: Temporal.Instant;
  },
): readonly DrillReport[] {
  const { runs, rhythm, now } = told;
  const lastAgo = fate === 'expired' ? rhythm.drillEveryHours * 1.6 : Math.min(40, rhythm.drillEveryHours / 2);
  const rtoTarget = environment.objectives.rtoSeconds ?? 14_400;
  const isPhysical = environment.backup.method !== 'logical';
  return Array.from({ length: rhythm.drills }, (_, index) => {
    const back = rhythm.drills - 1 - index;
    const at = now.subtract(hours(lastAgo + back * rhythm.drillEveryHours));
    const backup = runs.findLast(
      ({ startedAt, state }) => state === 'succeeded' && startedAt.epochMilliseconds < at.epochMilliseconds,
    );
    const lot = chance(`drill/${environment.name}`, at.round({ smallestUnit: 'hour' }), 3_600);
    const verdict =
      fate === 'not-recoverable' && back === 0 ? 'not-recoverable' : back === 7 ? 'inconclusive' : 'verified';
    // It grows with the data, and one slow night missed the target.
    const share = (back === 4 ? 1.22 : 0.52) + (rhythm.drills - back) * 0.012 + lot * 0.08;
    const rpoSeconds = isPhysical ? 70 + lot * 130 : rhythm.backupEveryHours * 3_600 * (0.35 + lot * 0.5);
    return fakeDrill(backup ?? fakeBackup(environment, at.subtract({ hours: 3 })), at, {
      verdict,
      rtoSeconds: Math.min(rtoTarget, 14_400) * share,
      rpoSeconds,
    });
  });
}
