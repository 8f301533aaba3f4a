import type { Environment } from '../estate/index.ts';
import type { BackupCheck } from './backup-check.ts';
import type { DrillReport } from './drill.ts';
import type { BackupManifest } from './manifest.ts';
import { conclusiveDrills } from './plan/drill-plan.ts';
import { zoneOf } from './plan/slots.ts';
import { planRetention, type RestorePoint, type RetentionPlan } from './retention.ts';

/** A physical backup as its own repository has it, of which no manifest need speak. */
export interface BarePhysical {
  readonly label: string;
  readonly stoppedAt: Temporal.Instant;
  readonly needs: readonly string[];
}

export interface PruneInput {
  readonly environment: Environment;
  readonly repository: string;
  readonly manifests: readonly BackupManifest[];
  /** `undefined` where there are none, or nobody could ask. */
  readonly physical: readonly BarePhysical[] | undefined;
  readonly checks: readonly BackupCheck[];
  readonly drills: readonly DrillReport[];
  readonly now: Temporal.Instant;
}

const labelOf = ({ database }: BackupManifest): string | undefined =>
  database.method === 'physical' ? database.label : undefined;

/** Backups that the last check or the last drill has found not to come back. */
function doubtful({ checks, drills, repository, now }: PruneInput): ReadonlySet<string> {
  const damaged = checks.filter((check) => check.repository === repository && !check.isIntact);
  const last = new Map(conclusiveDrills(drills, now).map((drill) => [drill.backup, drill.verdict]));
  const lost = [...last].filter(([, verdict]) => verdict === 'not-recoverable').map(([backup]) => backup);
  return new Set([...damaged.map(({ backup }) => backup), ...lost]);
}

/** The restore points of an environment in one repository, with what each is known to need. */
export function restorePointsOf(input: PruneInput): readonly RestorePoint[] {
  const { manifests, physical = [], drills } = input;
  const bad = doubtful(input);
  const verified = new Map(
    conclusiveDrills(drills, input.now).flatMap(({ backup, verdict, finishedAt }) =>
      verdict === 'verified' ? [[backup, finishedAt] as const] : [],
    ),
  );
  const idOfLabel = new Map(
    manifests.flatMap((manifest) => {
      const label = labelOf(manifest);
      return label === undefined ? [] : [[label, manifest.id] as const];
    }),
  );
  const needsOf = new Map(
    physical.map(({ label, needs }) => [label, needs.map((need) => idOfLabel.get(need) ?? need)]),
  );
  const pairs = manifests.map((manifest) => ({
    id: manifest.id,
    at: manifest.consistentAt,
    isGood: !bad.has(manifest.id),
    verifiedAt: verified.get(manifest.id),
    needs: needsOf.get(labelOf(manifest) ?? '') ?? [],
  }));
  const bare = physical
    .filter(({ label }) => !idOfLabel.has(label))
    .map(({ label, stoppedAt }) => ({
      id: label,
      at: stoppedAt,
      // Without the files it brings no Odoo back: it never stands in for a pair.
      isGood: false,
      verifiedAt: undefined,
      needs: needsOf.get(label) ?? [],
    }));
  return [...pairs, ...bare];
}

/**
 * What of an environment's backups to withdraw from one repository. Doubt never shortens what a rule keeps: a point goes
 * only where it would go as a good one too, and no good one goes because a doubtful one stands after it.
 */
export function planPrune(input: PruneInput): RetentionPlan {
  const points = restorePointsOf(input);
  const { backup } = input.environment;
  const common = { backup, now: input.now, timezone: zoneOf(input.environment) };
  const sure = planRetention({ ...common, points });
  const trusting = planRetention({ ...common, points: points.map((point) => ({ ...point, isGood: true })) });
  const goes = new Set(trusting.withdraw.map(({ id }) => id));
  const kept = new Map(trusting.keep.map((each) => [each.id, each]));
  const withdraw = sure.withdraw.filter(({ id }) => goes.has(id));
  const stays = sure.withdraw.filter(({ id }) => !goes.has(id)).flatMap(({ id }) => kept.get(id) ?? []);
  const keep = [...sure.keep, ...stays].toSorted(
    (a, b) => Temporal.Instant.compare(a.at, b.at) || a.id.localeCompare(b.id),
  );
  return { timezone: sure.timezone, keep, withdraw };
}

/** The label of a physical backup that goes with a point: its own, or its manifest's. */
export function physicalLabelOf(id: string, manifests: readonly BackupManifest[]): string | undefined {
  const manifest = manifests.find((each) => each.id === id);
  return manifest === undefined ? id : labelOf(manifest);
}
