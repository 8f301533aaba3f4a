import type { Backup, CalendarSpan, LegalRetention, Objectives } from '../model.ts';
import type { Declared } from '../schema/index.ts';

type DeclaredBackup = NonNullable<Declared<'Environment'>['backup']>;
/** What a BackupPolicy says; also what is left of a tier's or an environment's words once its policy is laid under them. */
export type DeclaredPolicy = Omit<DeclaredBackup, 'policy'>;

const hour = 3_600;
/** A dump more often than this is no way to keep a short RPO: it takes the database's whole reading each time. */
const shortestDumpInterval = 6 * hour;

/** Lays what is declared, weakest first, into one declaration. A declared retention replaces the whole retention. */
export function layDeclarations(...declared: readonly (DeclaredPolicy | undefined)[]): DeclaredPolicy {
  const entries = declared.flatMap((each) =>
    Object.entries(each ?? {}).filter(([key, value]) => key !== 'policy' && value !== undefined),
  );
  return Object.fromEntries(entries);
}

/**
 * The backup of a tier or an environment. What nothing declares follows from the recovery point it must keep (BKP-02):
 * one that is tight gives log archiving, and dumps come at least as often as data may be lost.
 */
export function resolveBackup(base: Backup, declared: DeclaredPolicy, { rpoSeconds }: Objectives): Backup {
  const none = { hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
  const kept = Object.fromEntries(Object.entries(declared.retain ?? {}).filter(([, count]) => count !== undefined));
  const isTight = rpoSeconds !== undefined && rpoSeconds < shortestDumpInterval;
  const method = declared.method ?? (isTight ? 'physical' : base.method);
  const longest = method === 'physical' ? undefined : rpoSeconds;
  return {
    method,
    everySeconds: declared.every ?? Math.min(base.everySeconds, longest ?? base.everySeconds),
    retain: declared.retain === undefined ? base.retain : { ...none, ...kept },
    legal: declared.legal === undefined ? base.legal : [resolveLegal(declared.legal, 'backup')],
    hold: declared.hold ?? base.hold,
    immutableForSeconds: declared.immutableFor ?? base.immutableForSeconds,
    copies: declared.copies ?? base.copies,
    repository: declared.repository ?? base.repository,
    avoidPeaks: declared.avoidPeaks ?? base.avoidPeaks,
    windows: declared.windows ?? base.windows,
  };
}

/** A legal rule with the name of what declares it. */
export function resolveLegal(
  { keepFor, each }: { readonly keepFor: CalendarSpan; readonly each?: LegalRetention['each'] | undefined },
  source: string,
): LegalRetention {
  // Where the law says only how long, it means all of it.
  return { keepFor, each: each ?? 'backup', source };
}
