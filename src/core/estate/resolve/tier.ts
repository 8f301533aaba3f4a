import type { Backup, Change, Objectives, Place, Recovery, ServiceClass, Tier } from '../model.ts';
import type { Declared } from '../schema/index.ts';
import { defaultThresholds, overrideThresholds } from '../thresholds.ts';
import { classDefaults } from './class-defaults.ts';

type DeclaredBackup = NonNullable<Declared<'Environment'>['backup']>;
type DeclaredPolicy = Omit<DeclaredBackup, 'policy'>;

/** Policies that tiers and environments start from, by name. */
export interface Policies {
  readonly backup: ReadonlyMap<string, DeclaredPolicy>;
  readonly change: ReadonlyMap<
    string,
    { readonly rollout?: Change['rollout'] | undefined; readonly approvals?: number | undefined }
  >;
}

/** Lays declared objectives over others. */
export function overrideObjectives(base: Objectives, declared: Declared<'Tier'>['objectives']): Objectives {
  return {
    rpoSeconds: declared?.rpo ?? base.rpoSeconds,
    rtoSeconds: declared?.rto ?? base.rtoSeconds,
    availabilityRatio: declared?.availability ?? base.availabilityRatio,
  };
}

/** Lays a declared backup, and the policy it names, over another. A declared retention replaces the whole retention. */
export function overrideBackup(base: Backup, declared: DeclaredBackup | undefined, policies: Policies): Backup {
  if (declared === undefined) return base;
  const policy = declared.policy === undefined ? undefined : policies.backup.get(declared.policy);
  return layBackup(policy === undefined ? base : layBackup(base, policy), declared);
}

function layBackup(base: Backup, declared: DeclaredPolicy): Backup {
  const none = { hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
  const { retain } = declared;
  const kept = Object.fromEntries(Object.entries(retain ?? {}).filter(([, count]) => count !== undefined));
  return {
    method: declared.method ?? base.method,
    everySeconds: declared.every ?? base.everySeconds,
    retain: retain === undefined ? base.retain : { ...none, ...kept },
    immutableForSeconds: declared.immutableFor ?? base.immutableForSeconds,
    copies: declared.copies ?? base.copies,
  };
}

function resolveRecovery(base: Recovery, declared: Declared<'Tier'>['recovery']): Recovery {
  return {
    pattern: declared?.pattern ?? base.pattern,
    drillEverySeconds: declared?.drillEvery ?? base.drillEverySeconds,
  };
}

function resolveChange(base: Change, declared: Declared<'Tier'>['change'], policies: Policies): Change {
  const policy = declared?.policy === undefined ? undefined : policies.change.get(declared.policy);
  return {
    rollout: declared?.rollout ?? policy?.rollout ?? base.rollout,
    approvals: declared?.approvals ?? policy?.approvals ?? base.approvals,
  };
}

/** A tier for environments of one service class. Without a declaration: the defaults of the class alone. */
export function resolveTier(
  declared: Declared<'Tier'> | undefined,
  serviceClass: ServiceClass,
  policies: Policies,
  place: Place,
): Tier {
  const base = classDefaults[serviceClass];
  return {
    name: declared?.name ?? serviceClass,
    objectives: overrideObjectives(base.objectives, declared?.objectives),
    recovery: resolveRecovery(base.recovery, declared?.recovery),
    backup: overrideBackup(base.backup, declared?.backup, policies),
    change: resolveChange(base.change, declared?.change, policies),
    thresholds: overrideThresholds(defaultThresholds(serviceClass), declared?.thresholds),
    place,
  };
}
