import { planBackup } from '../plan/backup-plan.ts';
import { backupAt, drillAt, estateWith, instant, repository } from '../test-estate.ts';
import { recoveryFindings } from './index.ts';
import type { RecoveryView, RepositoryState } from './view.ts';

// One environment whose recovery is in order, and what a test changes about it.

export const dumps = 'objectives: { rpo: 2d }\nbackup: { method: logical, every: 1d, copies: [north] }';
export const places = repository('near', 'west') + repository('far', 'north');
export const now = '2026-06-10T12:00Z';

/** What a test changes. */
export interface Scene extends Partial<Omit<RecoveryView, 'now' | 'plan'>> {
  readonly declared?: string;
  readonly more?: string;
  readonly at?: string;
}

/** Everything that is known of its recovery. */
export function view({ declared = dumps, more = places, at = now, ...rest }: Scene = {}): RecoveryView {
  const estate = rest.estate ?? estateWith(declared, more);
  const [environment] = estate.environments;
  if (environment === undefined) throw new Error('an environment is declared');
  const history = rest.history ?? [backupAt('2026-06-10T02:00Z', { id: 'b1' })];
  const { restoredAt } = rest;
  const plan = planBackup({ environment, now: instant(at), history, isRunning: false, canArchive: true, restoredAt });
  const backups = history.map(({ id }) => id);
  const repositories = estate.repositories.map((each): RepositoryState => state(each.name, estate, { backups }));
  const drills = [drillAt('2026-06-09T12:00Z')];
  return {
    drills,
    wal: undefined,
    repositories,
    contentFaults: [],
    gone: [],
    hollow: [],
    ...rest,
    estate,
    environment,
    now: instant(at),
    plan,
    history,
  };
}

/** A repository of its estate as it was last looked at. */
export function state(
  name: string,
  estate = estateWith(dumps, places),
  more: Partial<RepositoryState> = {},
): RepositoryState {
  const found = estate.repositories.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no repository ${name}`);
  return {
    repository: found,
    unreachable: undefined,
    backups: ['b1'],
    bad: [],
    ...more,
  };
}

/** Codes beyond what a directory in production always gives. */
const standing = new Set(['BACKUP_ON_LOCAL_VOLUME', 'BACKUP_NOT_IMMUTABLE']);
export const codes = (scene: Scene): readonly string[] =>
  recoveryFindings(view(scene)).flatMap(({ code }) => (standing.has(code) ? [] : code));
