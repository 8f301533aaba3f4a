import type { Change, Objectives, Place, Recovery, ServiceClass, Tier } from '../model.ts';
import type { Declared } from '../schema/index.ts';
import { defaultThresholds, overrideThresholds } from '../thresholds.ts';
import { type DeclaredPolicy, layDeclarations, resolveBackup } from './backup.ts';
import { classDefaults } from './class-defaults.ts';

/** Policies that tiers and environments start from, by name. */
export interface Policies {
  readonly backup: ReadonlyMap<string, DeclaredPolicy>;
  readonly change: ReadonlyMap<string, { readonly [Key in keyof Change]?: Change[Key] | undefined }>;
}

/** Lays declared objectives over others. */
export function overrideObjectives(base: Objectives, declared: Declared<'Tier'>['objectives']): Objectives {
  return {
    rpoSeconds: declared?.rpo ?? base.rpoSeconds,
    rtoSeconds: declared?.rto ?? base.rtoSeconds,
    availabilityRatio: declared?.availability ?? base.availabilityRatio,
  };
}

/** What a backup declares, with the policy it names laid under it. */
export function declaredBackup(declared: Declared<'Environment'>['backup'], policies: Policies): DeclaredPolicy {
  return layDeclarations(policies.backup.get(declared?.policy ?? ''), declared);
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
    windows: policy?.windows ?? base.windows,
    freezes: policy?.freezes ?? base.freezes,
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
  const objectives = overrideObjectives(base.objectives, declared?.objectives);
  return {
    name: declared?.name ?? serviceClass,
    objectives,
    recovery: resolveRecovery(base.recovery, declared?.recovery),
    backup: resolveBackup(base.backup, declaredBackup(declared?.backup, policies), objectives),
    change: resolveChange(base.change, declared?.change, policies),
    thresholds: overrideThresholds(defaultThresholds(serviceClass), declared?.thresholds),
    place,
  };
}
