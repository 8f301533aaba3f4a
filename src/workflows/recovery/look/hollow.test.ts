import { expect, test } from 'vitest';
import { makeGround } from '../../../../test/recovery/look-ground.ts';
import { makeCluster } from '../../../../test/recovery/made-cluster.ts';
import { Fault } from '../../../core/kernel/index.ts';
import type { Durable } from '../../../ports/durable.ts';
import { followUp } from './follow-up.ts';
import { lookAtRecovery } from './look.ts';

const declared = 'objectives: { rpo: 3d, rto: 2d }\nbackup: { method: physical, every: 1d, repository: memory }';

async function makeArchivedGround() {
  const ground = await makeGround(declared);
  const { made, source } = makeCluster(ground.deps.clock);
  const log = { isArchiving: true, lastArchivedAt: undefined, lastFailedAt: undefined, failedCount: 0 };
  const backups = {
    ...source.backups,
    walState: async () => ({ ...log, waitingSegments: 0, gaps: [], reaches: undefined }),
  };
  ground.seen.physical = backups;
  const [environment] = ground.estate.environments;
  if (environment === undefined) throw new Error('there is an environment');
  const started: Readonly<Record<string, unknown>>[] = [];
  const durable: Pick<Durable, 'start'> = {
    start: async (workflow, input) => {
      if (workflow === 'backup') started.push(input);
    },
  };
  const look = async () => {
    const view = await lookAtRecovery(ground.deps, ground.estate, environment);
    await followUp({ durable, store: ground.store }, view);
    return ground.codes();
  };
  return { ...ground, look, made, source, backups, started, take: () => ground.backUp(source) };
}

test('BKP-07: what pgBackRest kept is gone and the manifests are there: it is said, and a full backup is due at once', async () => {
  const { look, take, made, started, drill, open } = await makeArchivedGround();
  await drill((await take()).id);
  await drill((await take()).id);
  expect([await look(), started]).toEqual([[], []]);
  made.points.splice(0);
  expect(await look()).toEqual(['BACKUP_HOLLOW', 'BACKUP_NONE']);
  expect(started).toMatchObject([{ environment: 'acme-prod', method: 'physical', kind: 'full' }]);
  expect((await open()).find(({ code }) => code === 'BACKUP_HOLLOW')).toMatchObject({ severity: 'critical' });
  await drill((await take()).id);
  expect(await look()).toEqual(['BACKUP_HOLLOW']);
  expect((await open()).find(({ code }) => code === 'BACKUP_HOLLOW')).toMatchObject({ severity: 'warning' });
  expect(started).toHaveLength(1);
});

test('BKP-07: a failure from before a backup that is hollow now holds back no new one; one from after it does', async () => {
  const { look, take, made, started, deps, store, pass } = await makeArchivedGround();
  const fail = async (id: string) => {
    const at = deps.clock.now();
    const run = { id, environment: 'acme-prod', repository: 'memory', method: 'physical', kind: 'full' } as const;
    await store.backups.begin({
      ...run,
      ...{ state: 'running', startedAt: at, finishedAt: null, reason: null, progress: null, figures: null, seenAt: at },
    });
    await store.backups.end({ id, state: 'failed', reason: 'no space', figures: null, finishedAt: at });
  };
  await fail('20261121T084512Z-physical-0000f1');
  await take();
  made.points.splice(0);
  expect(await look()).toContain('BACKUP_HOLLOW');
  expect(started).toHaveLength(1);
  pass(1);
  await fail('20261121T084712Z-physical-0000f2');
  await look();
  expect(started).toHaveLength(1);
  pass(301);
  await look();
  expect(started).toHaveLength(2);
});

test('one that needs what pgBackRest has no more is hollow, too', async () => {
  const { look, take, backUp, made, source, open } = await makeArchivedGround();
  await take();
  const { backups } = source;
  const needing = {
    ...backups,
    take: async (...how: Parameters<typeof backups.take>) => ({ ...(await backups.take(...how)), needs: ['label-1'] }),
  };
  await backUp({ ...source, backups: needing });
  made.points.splice(0, 1);
  expect(await look()).toContain('BACKUP_HOLLOW');
  expect((await open()).find(({ code }) => code === 'BACKUP_HOLLOW')?.evidence).toMatchObject({ hollow: 2 });
});

test('one that is being published or withdrawn while pgBackRest is asked is not; nor is any where it cannot be asked', async () => {
  const { look, take, made, backups, seen, repository } = await makeArchivedGround();
  const { id } = await take();
  // Withdrawn between the two looks: pgBackRest has it no more, and a moment later it is not listed either.
  seen.physical = {
    ...backups,
    list: async () => {
      await repository.withdraw('acme-prod', id);
      return [];
    },
  };
  expect(await look()).not.toContain('BACKUP_HOLLOW');
  const away = async (): Promise<never> => {
    throw new Fault('REPOSITORY_UNREACHABLE', 'It does not answer.');
  };
  await take();
  made.points.splice(0);
  seen.physical = backups;
  expect(await look()).toContain('BACKUP_HOLLOW');
  // What was seen stays open while nobody can look.
  seen.physical = { ...backups, list: away };
  expect(await look()).toContain('BACKUP_HOLLOW');
});
