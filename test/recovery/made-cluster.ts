import { createSecret, Fault } from '../../src/core/kernel/index.ts';
import { type BackupKind, type LogHistory, writeWalName } from '../../src/core/recovery/index.ts';
import type { PhysicalBackups, PhysicalRestorePoint } from '../../src/ports/physical-backup.ts';
import type { PhysicalSource } from '../../src/workflows/recovery/parts.ts';

// A made-up archived cluster in memory, for what the workflows decide by themselves; the real one has tests of its own.

/** What a test sees and changes about it. */
export interface MadeCluster {
  readonly points: PhysicalRestorePoint[];
  readonly archived: Set<string>;
  /** What restores in place have begun. */
  readonly histories: LogHistory[];
  /** What `verify` says is damaged. */
  damaged: readonly string[];
  systemIdentifier: string;
  /** Called while the cluster is copied. */
  onTake: (kind: BackupKind) => void;
  readonly filled: { label: string | undefined; at: Temporal.Instant | undefined; timeline?: number | undefined }[];
}

const segment = (number: number): string => writeWalName({ timeline: 1, number });

/** A cluster whose log has a segment for everything that happens to it. */
export function makeCluster(clock: { now(): Temporal.Instant }): {
  readonly made: MadeCluster;
  readonly source: PhysicalSource;
} {
  let written = 3;
  const made: MadeCluster = {
    points: [],
    archived: new Set(),
    histories: [],
    damaged: [],
    systemIdentifier: '1',
    onTake: () => {},
    filled: [],
  };
  const archive = (): string => {
    written += 1;
    made.archived.add(segment(written));
    return segment(written);
  };
  const backups: PhysicalBackups = {
    stanza: 'acme-prod',
    prepare: async () => {},
    renew: async () => {},
    list: async () => [...made.points],
    histories: async () => made.histories,
    segments: async () => [...made.archived].sort(),
    verify: async () => made.damaged,
    fill: async ({ label, at, timeline, dataDirectory: _ }) => void made.filled.push({ label, at, timeline }),
    take: async (kind, { report, signal }) => {
      signal?.throwIfAborted();
      const walStart = archive();
      made.onTake(kind);
      report({ ratio: 0.5, detail: 'half' });
      const base = made.points.findLast((point) => point.kind === 'full')?.label;
      const point: PhysicalRestorePoint = {
        label: `label-${made.points.length + 1}`,
        kind,
        startedAt: clock.now(),
        stoppedAt: clock.now(),
        walStart,
        walStop: archive(),
        timeline: 1,
        stop: BigInt(written) << 24n,
        needs: kind === 'full' || base === undefined ? [] : [base],
        databaseBytes: 1_000,
        addedBytes: 100,
        systemIdentifier: made.systemIdentifier,
        hasError: false,
      };
      made.points.push(point);
      return point;
    },
    mark: async () => ({ at: clock.now(), segment: archive(), timeline: 1 }),
    walState: async () => {
      throw new Fault('REPOSITORY_UNREACHABLE', 'nobody asks a made-up cluster');
    },
    withdraw: async (label) => {
      const left = made.points.filter((point) => point.label !== label && !point.needs.includes(label));
      made.points.splice(0, made.points.length, ...left);
    },
  };
  const place = { kind: 'directory', directory: '/srv/backups-physical' } as const;
  return { made, source: { backups, place, passphrase: createSecret('test', 'the passphrase of the test') } };
}
