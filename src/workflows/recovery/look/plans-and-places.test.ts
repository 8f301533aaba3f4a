import { describe, expect, test } from 'vitest';
import {
  daily,
  estateWith,
  makeGround,
  provenGround,
  repositoryDocument,
} from '../../../../test/recovery/look-ground.ts';
import { Fault } from '../../../core/kernel/index.ts';
import type { WalState } from '../../../core/recovery/index.ts';
import type { PhysicalBackups } from '../../../ports/physical-backup.ts';
import { lookAtObjectives } from './look.ts';

describe('places', () => {
  const copied =
    'objectives: { rpo: 3d, rto: 2d }\nbackup: { method: logical, every: 1d, repository: memory, copies: [north] }';

  test('a copy that is not there is a finding; one that cannot be asked for leaves it as it was (BKP-06)', async () => {
    const ground = await provenGround(copied, repositoryDocument('far', 'north'));
    expect(await ground.look()).toEqual(['BACKUP_COPY_MISSING']);
    ground.seen.away.add('far');
    expect(await ground.look()).toEqual(['BACKUP_COPY_MISSING', 'REPOSITORY_OUT_OF_REACH']);
  });

  test('a copy across the border of its data is one, and copies in one place only are (CMP-05)', async () => {
    const data =
      '---\nkind: DataClass\nname: records\nholds: [inventory-positions]\nresidency: [EU]\ncontrols: [encryption-in-transit]\n';
    const abroad = copied.replace('north', 'over');
    const ground = await makeGround(`dataClasses: [records]\n${abroad}`, repositoryDocument('far', 'over') + data);
    expect(await ground.look()).toContain('BACKUP_OUTSIDE_RESIDENCY');
    const alone = await makeGround();
    await alone.look();
    expect((await alone.open()).map(({ code }) => code)).toContain('BACKUP_SAME_FAILURE_DOMAIN');
  });
});

test('a bucket that deletes by itself, and one that keeps no versions (OBJ-02)', async () => {
  const ground = await provenGround();
  ground.seen.bucket = { isVersioned: false, expiresAfterDays: 30 };
  expect(await ground.look()).toEqual(['BUCKET_EXPIRES_BACKUPS', 'BUCKET_NOT_VERSIONED']);
  ground.seen.bucket = { isVersioned: undefined, expiresAfterDays: undefined };
  expect(await ground.look()).toEqual([]);
});

describe('plans', () => {
  test('what cannot be kept even on paper, and snapshots alone (DRP-02, DRP-10)', async () => {
    const hasty = await makeGround(
      'objectives: { rpo: 3d, rto: 5m }\nbackup: { method: logical, every: 1d, repository: memory }',
    );
    expect(await hasty.look()).toEqual(['BACKUP_NONE', 'RTO_INFEASIBLE']);
    const snapshots = await makeGround('objectives: { rpo: 1d }\nbackup: { method: snapshot, repository: memory }');
    expect(await snapshots.look()).toContain('SNAPSHOTS_ALONE');
  });

  test('one value for every domain is a finding of the estate, until they differ (DRP-01)', async () => {
    const service = (name: string, process: string, more = '') =>
      `---\nkind: BusinessService\nname: ${name}\nprocess: ${process}\nowner: floor\nenvironments: [acme-prod]\n${more}`;
    const team = '---\nkind: Team\nname: floor\n';
    const both = team + service('orders', 'order-intake') + service('floor', 'pick-waves');
    const ground = await makeGround(daily, both);
    await lookAtObjectives(ground.deps, ground.estate);
    expect(await ground.codes()).toEqual(['OBJECTIVES_BLANKET']);
    const apart =
      service('orders', 'order-intake') + service('floor', 'pick-waves', 'recovery: { rpo: 5m, rto: 1h }\n');
    await lookAtObjectives(ground.deps, estateWith(daily, apart));
    expect(await ground.codes()).toEqual([]);
  });

  test('the log: not archived, failing, and with a gap (BKP-03)', async () => {
    const ground = await provenGround(
      'objectives: { rpo: 3d, rto: 2d }\nbackup: { method: physical, every: 1d, repository: memory }',
    );
    expect(await ground.look()).toEqual(['PHYSICAL_UNAVAILABLE']);
    const fine: WalState = {
      isArchiving: true,
      lastArchivedAt: ground.deps.clock.now(),
      lastFailedAt: undefined,
      failedCount: 0,
      waitingSegments: 0,
      gaps: [],
      reaches: '000000010000000000000009',
    };
    let state = fine;
    let isAway = false;
    ground.seen.physical = {
      list: async () => [],
      walState: async () => {
        if (isAway) throw new Fault('REPOSITORY_UNREACHABLE', 'PostgreSQL is away');
        return state;
      },
    } as Partial<PhysicalBackups> as PhysicalBackups;
    expect(await ground.look()).toEqual([]);
    const gap = { first: '000000010000000000000003', last: '000000010000000000000003', segments: 1 };
    state = { ...fine, gaps: [gap], lastFailedAt: ground.deps.clock.now().add({ seconds: 1 }), failedCount: 3 };
    expect(await ground.look()).toEqual(['WAL_ARCHIVE_FAILING', 'WAL_GAP']);
    isAway = true;
    expect(await ground.look()).toEqual(['WAL_ARCHIVE_FAILING', 'WAL_GAP']);
    isAway = false;
    state = { ...fine, isArchiving: false };
    expect(await ground.look()).toEqual(['WAL_ARCHIVE_OFF']);
    state = fine;
    expect(await ground.look()).toEqual([]);
  });
});
