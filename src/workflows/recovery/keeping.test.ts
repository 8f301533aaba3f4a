import { expect, test } from 'vitest';
import { makeGround, repositoryDocument } from '../../../test/recovery/look-ground.ts';
import { createBackupCopier } from '../../adapters/repository/backup-repository.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { VerifyReport } from '../../core/recovery/index.ts';
import type { BackupCopier } from '../../ports/backup-copies.ts';
import { carryOutCopy, planCopies } from './copy-backups.ts';
import { followUp } from './look/follow-up.ts';
import { lookAtRecovery } from './look/look.ts';
import { createScheduleGround } from './schedule.fixture.ts';
import { defineKeepingWork } from './schedule-keeping.ts';

const copied =
  'objectives: { rpo: 3d, rto: 2d }\nbackup: { method: logical, every: 1d, repository: memory, copies: [north] }';

/** A ground whose backups are to be copied to `far`, with an engine that remembers what it was asked to start. */
async function copyGround(declared = copied, more = repositoryDocument('far', 'north')) {
  const ground = await makeGround(declared, more);
  const engine = createScheduleGround();
  const { repository, far } = ground;
  const asked: string[][] = [];
  let fault: Fault | undefined;
  let isDamaged = false;
  const copier: BackupCopier = {
    copy: async (options) => {
      if (fault !== undefined) throw fault;
      asked.push([...(options.ids ?? [])]);
      return createBackupCopier(ground.optionsOf.memory, ground.optionsOf.far).copy(options);
    },
  };
  const report = (backup: string): VerifyReport => ({
    backup,
    environment: 'acme-prod',
    isIntact: !isDamaged,
    signedBy: 'k',
    software: [],
    files: 1,
    bytes: 1,
    problems: isDamaged
      ? [{ what: 'filestore', name: 'a3/a3f1', state: 'altered', detail: 'another content', attachments: [] }]
      : [],
    problemCount: isDamaged ? 1 : 0,
    namesAttachments: true,
  });
  const deps = {
    ...ground.deps,
    durable: engine.durable,
    estate: () => ground.estate,
    log: () => {},
    openCopier: async () => copier,
    verify: async (_environment: unknown, _declared: unknown, backup: string) => report(backup),
  };
  defineKeepingWork(deps);
  const [environment] = ground.estate.environments;
  if (environment === undefined) throw new Error('there is one');
  return {
    ...ground,
    engine,
    asked,
    deps,
    environment,
    repository,
    far,
    break: (next: Fault | undefined): void => {
      fault = next;
    },
    damage: (next: boolean): void => {
      isDamaged = next;
    },
    follow: async () => {
      await followUp(deps, await lookAtRecovery(deps, ground.estate, environment));
      return engine.started.splice(0).filter(({ workflow }) => workflow !== 'recovery-look');
    },
    run: (workflow: string, input: Readonly<Record<string, string>>) => engine.runWith(workflow, input),
    all: async () =>
      (await ground.store.findings.list({ includeClosed: false, limit: 99 })).map(({ code }) => code).sort(),
  };
}

const copyInput = { environment: 'acme-prod', repository: 'far' };

test('after a backup its copy is made, proven, and told in the ledger; then nothing is left to do (BKP-06)', async () => {
  const ground = await copyGround();
  const { id } = await ground.backUp();
  const started = await ground.follow();
  expect(started).toContainEqual({ workflow: 'backup-copy', input: copyInput });
  expect(await ground.all()).toContain('BACKUP_COPY_MISSING');
  await ground.run('backup-copy', copyInput);
  expect((await ground.far.list('acme-prod')).good.map(({ manifest }) => manifest.id)).toEqual([id]);
  const entries = (await ground.store.ledger.tail({ limit: 99 })).filter(({ type }) => type === 'backup.copied');
  expect(entries.map(({ data }) => [data['backup'], data['from'], data['to']])).toEqual([[id, 'memory', 'far']]);
  expect(Number(entries[0]?.data['proven'])).toBeGreaterThan(0);
  expect((await ground.follow()).map(({ workflow }) => workflow)).not.toContain('backup-copy');
  expect(await ground.all()).not.toContain('BACKUP_COPY_MISSING');
});

test('where the newest backup is gone from its repository, another is started at once, and once', async () => {
  const ground = await copyGround();
  const { id } = await ground.backUp();
  const backups = async () => (await ground.follow()).filter(({ workflow }) => workflow === 'backup');
  expect(await backups()).toEqual([]);
  await ground.repository.withdraw('acme-prod', id);
  expect(await backups()).toMatchObject([{ input: { environment: 'acme-prod' } }]);
  expect(await backups()).toEqual([]);
});

test('a copy that fails is a finding with its reason, is tried again after an hour, and closes what it opened', async () => {
  const ground = await copyGround();
  await ground.backUp();
  await ground.follow();
  ground.break(new Fault('REPOSITORY_DENIED', 'the credentials expired'));
  await ground.run('backup-copy', copyInput);
  expect(await ground.all()).toContain('BACKUP_COPY_FAILED');
  expect((await ground.store.ledger.tail({ limit: 9 })).map(({ type }) => type)).toContain('backup.copy-failed');
  expect((await ground.follow()).map(({ workflow }) => workflow)).not.toContain('backup-copy');
  ground.pass(3_600);
  expect((await ground.follow()).map(({ workflow }) => workflow)).toContain('backup-copy');
  ground.break(undefined);
  await ground.run('backup-copy', copyInput);
  expect(await ground.all()).not.toContain('BACKUP_COPY_FAILED');
});

test('where the log is archived, a copy that is there is continued every hour, and once an hour (BKP-06)', async () => {
  const ground = await copyGround(copied.replace('logical', 'physical'));
  const { id } = await ground.backUp();
  const copies = async () => (await ground.follow()).filter(({ workflow }) => workflow === 'backup-copy').length;
  expect(await copies()).toBe(1);
  await ground.run('backup-copy', copyInput);
  expect(await copies()).toBe(0);
  ground.pass(3_600);
  expect(await copies()).toBe(1);
  await ground.run('backup-copy', copyInput);
  expect(ground.asked).toEqual([[id], []]);
});

test('a copy that would leave the jurisdiction of its data is refused with the reason, and nothing is sent (CMP-05)', async () => {
  const held =
    '---\nkind: DataClass\nname: records\nholds: [inventory-positions]\nresidency: [EU]\ncontrols: [encryption-in-transit]\n';
  const declared = `dataClasses: [records]\n${copied.replace('[north]', '[over]')}`;
  const ground = await copyGround(declared, repositoryDocument('far', 'over') + held);
  await ground.backUp();
  const [plan] = await planCopies(ground.deps, ground.estate, ground.environment);
  if (plan === undefined) throw new Error('there is a plan');
  expect([plan.refusals.map(({ code }) => code), plan.ids]).toEqual([['BACKUP_OUTSIDE_RESIDENCY'], []]);
  // Also whoever plans wrongly sends nothing.
  const forced = { ...plan, ids: ['20261121T084612Z-logical-000001'] };
  expect((await carryOutCopy(ground.deps, ground.environment, forced)).copied).toEqual([]);
  expect(ground.asked).toEqual([]);
  await ground.run('backup-copy', copyInput);
  expect([ground.asked, await ground.all()]).toEqual([[], expect.arrayContaining(['BACKUP_COPY_FAILED'])]);
});

test('what retention would withdraw at once is not copied', async () => {
  const ground = await copyGround(copied.replace('copies:', 'retain: { daily: 1 }, immutableFor: 1m, copies:'));
  const ids: string[] = [];
  for (let at = 0; at < 3; at += 1) {
    ground.made.consistentAt = ground.deps.clock.now;
    ids.push((await ground.backUp()).id);
    ground.pass(86_400);
  }
  const [plan] = await planCopies(ground.deps, ground.estate, ground.environment);
  expect(plan?.ids).toEqual(ids.slice(2));
});

test('content is proven every week, in the copies too, and what is damaged is found and closed again (OBJ-03)', async () => {
  const ground = await copyGround();
  const { id } = await ground.backUp();
  await ground.run('backup-copy', copyInput);
  const checks = async () => (await ground.follow()).filter(({ workflow }) => workflow === 'backup-check');
  const inputs = ['memory', 'far'].map((repository) => ({ environment: 'acme-prod', repository, backup: id }));
  expect((await checks()).map(({ input }) => input)).toEqual(inputs);
  ground.damage(true);
  for (const input of inputs) await ground.run('backup-check', input);
  await ground.follow();
  const damaged = (await ground.store.findings.list({ includeClosed: false, limit: 99 })).filter(
    ({ code }) => code === 'BACKUP_CONTENT_DAMAGED',
  );
  expect(damaged.map(({ subject }) => subject).sort()).toEqual([`far/${id}`, `memory/${id}`]);
  ground.pass(86_400);
  expect(await checks()).toHaveLength(2);
  ground.damage(false);
  for (const input of inputs) await ground.run('backup-check', input);
  expect(await checks()).toEqual([]);
  expect(await ground.all()).not.toContain('BACKUP_CONTENT_DAMAGED');
  ground.pass(7 * 86_400);
  expect(await checks()).toHaveLength(2);
});

test('a check that cannot be made proves nothing, and says so', async () => {
  const ground = await copyGround();
  const { id } = await ground.backUp();
  const deps = {
    ...ground.deps,
    verify: async () => Promise.reject(new Fault('SEAL_WRONG_KEY', 'no identity is at hand')),
  };
  const engine = createScheduleGround();
  defineKeepingWork({ ...deps, durable: engine.durable });
  await engine.runWith('backup-check', { environment: 'acme-prod', repository: 'memory', backup: id });
  expect(await ground.all()).toContain('BACKUP_CHECK_FAILED');
  expect(await ground.store.backupChecks.list('acme-prod')).toEqual([]);
});
