import { Fault, formatBytes } from '../../../core/kernel/index.ts';
import { type BackupPlan, planPhysical, type WalState } from '../../../core/recovery/index.ts';
import type { PhysicalRestorePoint } from '../../../ports/physical-backup.ts';
import { physicalSourceOf } from '../../wire-archive.ts';
import { clock } from '../../wire-up.ts';
import type { CliCommand, CliGroup, CommandContext, CommandOptions } from '../command.ts';
import { environmentIn, estateFrom, estateOption } from '../estate-option.ts';

async function openArchive(name: string, options: CommandOptions, { settings }: CommandContext) {
  const estate = await estateFrom(options, settings);
  const environment = environmentIn(estate, name);
  const source = await physicalSourceOf(environment, estate.repositories, settings);
  if (source !== undefined) return { environment, physical: source.backups };
  throw new Fault(
    'PHYSICAL_UNAVAILABLE',
    `The log of ${name} is not archived on this machine: declare \`backup: { method: physical }\`, a Repository, and \`platform: host\`; then run \`plimsoll up\`.`,
  );
}

const minute = (at: Temporal.Instant): string => at.toString({ smallestUnit: 'second' });

function describePoint({ label, kind, stoppedAt, databaseBytes, addedBytes }: PhysicalRestorePoint): string {
  const size = `${formatBytes(databaseBytes)}, ${formatBytes(addedBytes)} new`;
  return `${label.padEnd(34)} ${kind.padEnd(12)} from ${minute(stoppedAt)}  ${size}`;
}

function describeWal(wal: WalState): readonly string[] {
  const { isArchiving, lastArchivedAt, lastFailedAt, failedCount, waitingSegments, gaps, reaches } = wal;
  const last =
    lastArchivedAt === undefined ? 'nothing archived yet' : `last segment archived at ${minute(lastArchivedAt)}`;
  const failures =
    lastFailedAt === undefined ? '' : `; ${failedCount} attempts failed, the last at ${minute(lastFailedAt)}`;
  return [
    `${isArchiving ? 'archiving' : 'NOT archiving'}: ${last}; ${waitingSegments} waiting${failures}`,
    ...gaps.map(
      (gap) => `GAP of ${gap.segments}: ${gap.first} to ${gap.last}; reachable up to ${reaches ?? 'the backup itself'}`,
    ),
  ];
}

function describePlan(plan: BackupPlan): string {
  if (plan.due !== undefined) return `due now: ${plan.due.kind}. ${plan.due.why}`;
  const held = plan.held === undefined ? '' : `held back: ${plan.held.why}; `;
  return plan.next === undefined ? `${held}none planned` : `${held}next: ${plan.next.kind} at ${minute(plan.next.at)}`;
}

const state: CliCommand = {
  usage: 'state <environment>',
  summary: 'Show from when to when an environment can be restored to, and whether its log is archived without a gap',
  effect: 'read-only',
  examples: ['archive state acme-prod', 'archive state acme-prod --json'],
  configure: (command) => command.option(...estateOption),
  async run([name = ''], options, context) {
    const { environment, physical } = await openArchive(name, options, context);
    const { signal, output } = context;
    const points = await physical.list({ signal });
    const wal = await physical.walState(points.at(-1)?.walStart, { signal });
    const plan = planPhysical(environment, points, clock.now());
    output.json({
      environment: name,
      points: points.map(({ stop: _, ...point }) => point),
      wal,
      due: plan.due ?? null,
      next: plan.next ?? null,
      held: plan.held ?? null,
    });
    const [first] = points;
    output.line(
      first === undefined
        ? `${name} cannot be restored to any instant yet: there is no physical backup.`
        : `${name} can be restored to any instant from ${minute(first.stoppedAt)} on.`,
    );
    for (const point of points) output.line(`  ${describePoint(point)}`);
    for (const line of describeWal(wal)) output.line(line);
    output.line(describePlan(plan));
    return wal.isArchiving && wal.gaps.length === 0 && points.length > 0 ? 0 : 1;
  },
};

/** `plimsoll archive …`: physical backups and the archived log of an environment. */
export const archiveGroup: CliGroup = {
  name: 'archive',
  summary: 'The archived log of an environment, and what pgBackRest holds of it',
  commands: [state],
};
