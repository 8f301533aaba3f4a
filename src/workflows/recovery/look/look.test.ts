import { describe, expect, test } from 'vitest';
import { daily, makeGround, provenGround } from '../../../../test/recovery/look-ground.ts';
import { nameOf } from '../../../../test/recovery/world.ts';
import { Fault } from '../../../core/kernel/index.ts';
import { checkOf, filesNotContinued } from '../../../core/recovery/index.ts';
import { closeRecoveryFindings, filesSource, lookAtRecovery } from './look.ts';
import { lookAtRepositories } from './repositories.ts';

describe('a look at recovery opens what is wrong and closes what is right again', () => {
  test('no backup, then an unproven one, then a proven one, and the ledger has every step (BKP-07, RST-01)', async () => {
    const ground = await makeGround();
    expect(await ground.look()).toEqual(['BACKUP_NONE']);
    const { id } = await ground.backUp();
    expect(await ground.look()).toEqual(['BACKUP_UNVERIFIED']);
    await ground.drill(id);
    expect(await ground.look()).toEqual([]);
    const entries = await ground.store.ledger.tail({ limit: 99 });
    const about = entries.filter(({ data }) => data['code'] === 'BACKUP_NONE').map(({ type }) => type);
    expect(about).toEqual(['finding.opened', 'finding.closed']);
  });

  test('a failed one with its reason, until the next is good', async () => {
    const ground = await provenGround();
    ground.made.dumpFault = new Fault('BACKUP_FAILED', 'pg_dump says no');
    await expect(ground.backUp()).rejects.toThrow('pg_dump says no');
    expect(await ground.look()).toEqual(['BACKUP_FAILED']);
    expect((await ground.open()).find(({ code }) => code === 'BACKUP_FAILED')?.reason).toContain('pg_dump says no');
    ground.made.dumpFault = undefined;
    await ground.backUp();
    expect(await ground.look()).toEqual([]);
  });

  test('late after a day, missed after two, too old for its RPO after three; all closed by the next', async () => {
    const ground = await provenGround();
    ground.pass(86_400);
    expect(await ground.look()).toEqual(['BACKUP_LATE']);
    ground.pass(86_400);
    expect(await ground.look()).toEqual(['BACKUP_MISSED']);
    ground.pass(86_400);
    expect(await ground.look()).toEqual(['BACKUP_MISSED', 'RECOVERY_POINT_TOO_OLD']);
    ground.seen.away.add('memory');
    expect(await ground.look()).toEqual(['BACKUP_MISSED', 'RECOVERY_POINT_TOO_OLD', 'REPOSITORY_OUT_OF_REACH']);
    ground.seen.away.clear();
    ground.made.consistentAt = ground.deps.clock.now;
    await ground.backUp();
    expect(await ground.look()).toEqual([]);
  });

  test('a backup and a drill that a clock two days ahead has dated are said to be, and hide nothing that is wrong', async () => {
    const ground = await provenGround();
    ground.pass(4 * 86_400);
    ground.made.consistentAt = ground.deps.clock.now;
    const ahead = await ground.backUp();
    await ground.drill(ahead.id);
    expect(await ground.look()).toEqual([]);
    ground.pass(-2 * 86_400);
    expect(await ground.look()).toEqual(['BACKUP_DATED_AHEAD', 'BACKUP_MISSED']);
    ground.pass(2 * 86_400);
    expect(await ground.look()).toEqual([]);
  });

  test('one that is suspiciously small, and parts that are not covered (BKP-01)', async () => {
    const ground = await provenGround();
    for (const content of ['a'.repeat(900), 'b'.repeat(900)]) ground.made.files.set(nameOf(content), content);
    for (let at = 0; at < 3; at += 1) await ground.backUp();
    expect(await ground.look()).toEqual([]);
    const all = [...ground.made.files];
    ground.made.files.clear();
    ground.made.files.set(nameOf('one'), 'one');
    await ground.backUp();
    // Both parts shrink: the database names fewer files, and the filestore holds fewer.
    const small = 'BACKUP_SUSPICIOUSLY_SMALL';
    expect(await ground.look()).toEqual([small, small]);
    const parts = (await ground.open())
      .filter(({ code }) => code === small)
      .map(({ subject }) => subject.split('/')[1]);
    expect(parts.toSorted()).toEqual(['database', 'filestore']);
    for (const [name, content] of all) ground.made.files.set(name, content);
    await ground.backUp();
    expect(await ground.look()).toEqual([]);
    const gaps = (await ground.open()).filter(({ code }) => code === 'BACKUP_COVERAGE_GAP');
    expect(gaps.map(({ subject }) => subject).sort()).toEqual(['configuration', 'secret-recovery']);
  });

  test('a filestore that is missing at the source is a finding of that part, and critical, until it is there again (BKP-01)', async () => {
    const ground = await makeGround();
    const files = [...ground.made.files];
    ground.made.attachments = () => files.map(([name]) => name);
    const filestoreGap = async () => {
      await ground.backUp();
      await ground.look();
      return (await ground.open()).filter(
        ({ code, subject }) => code === 'BACKUP_COVERAGE_GAP' && subject === 'filestore',
      );
    };
    // Its volume is not mounted: the directory is there, and empty.
    ground.made.files.clear();
    const [gap] = await filestoreGap();
    expect(gap).toMatchObject({ severity: 'critical', reason: expect.stringContaining('only 0 of the 3 files') });
    for (const [name, content] of files) ground.made.files.set(name, content);
    expect(await filestoreGap()).toEqual([]);
  });

  test('a manifest that was edited, and a backup that nobody withdrew and that is gone', async () => {
    const ground = await provenGround();
    const second = await ground.backUp();
    const key = `backups/acme-prod/${second.id}/manifest.json`;
    const kept = ground.repository.objects.get(key);
    if (kept === undefined) throw new Error('there is a manifest');
    ground.repository.objects.set(key, { ...kept, body: new TextEncoder().encode('{}') });
    expect(await ground.look()).toEqual(['BACKUP_NOT_TRUSTED']);
    ground.repository.objects.delete(key);
    expect(await ground.look()).toEqual(['BACKUP_GONE']);
    const { startedAt } = second;
    await ground.store.backups.end({
      id: second.id,
      state: 'withdrawn',
      finishedAt: startedAt,
      reason: 'seen',
      figures: null,
    });
    expect(await ground.look()).toEqual([]);
  });

  test('content that the last check found damaged, also while the repository is away, until a check finds it whole', async () => {
    const ground = await provenGround();
    const read = { signedBy: 'k', software: [], files: 1, bytes: 1, namesAttachments: true };
    const report = { backup: ground.first.id, environment: 'acme-prod', ...read };
    const problem = { what: 'filestore', name: 'a3/a3f1', state: 'missing', detail: 'gone', attachments: [] } as const;
    const at = ground.deps.clock.now();
    const damaged = { ...report, isIntact: false, problems: [problem], problemCount: 1 };
    await ground.store.backupChecks.record(checkOf(damaged, 'memory', at));
    expect(await ground.look()).toEqual(['BACKUP_CONTENT_DAMAGED']);
    ground.seen.away.add('memory');
    expect(await ground.look()).toEqual(['BACKUP_CONTENT_DAMAGED', 'REPOSITORY_OUT_OF_REACH']);
    ground.seen.away.clear();
    const whole = { ...report, isIntact: true, problems: [], problemCount: 0 };
    await ground.store.backupChecks.record(checkOf(whole, 'memory', at));
    expect(await ground.look()).toEqual([]);
  });

  test('a repository that fills up, and one with room again', async () => {
    const ground = await provenGround();
    const at = ground.deps.clock.now();
    for (const days of [3, 2, 1, 0]) {
      await ground.store.repositorySizes.record('memory', {
        at: at.subtract({ hours: 24 * days }),
        bytes: 2 ** 30 * (9 - days),
      });
    }
    const second = ground.estate.environments.map((each) => ({ ...each, name: 'acme-staging' }));
    const estate = { ...ground.estate, environments: [...ground.estate.environments, ...second] };
    const look = async () => {
      await lookAtRepositories(ground.deps, estate);
      for (const environment of estate.environments) await lookAtRecovery(ground.deps, estate, environment);
      const found = await ground.store.findings.list({ includeClosed: false, limit: 99 });
      return found.filter(({ code }) => code === 'REPOSITORY_FILLING_UP');
    };
    ground.seen.freeBytes = 5 * 2 ** 30;
    // Once, however many environments have their backups there.
    expect(await look()).toMatchObject([{ subject: 'memory', environment: null, severity: 'warning' }]);
    const { describePlace } = ground.deps;
    const away = async (): Promise<never> => {
      throw new Fault('REPOSITORY_UNREACHABLE', 'It does not answer.');
    };
    await lookAtRepositories({ ...ground.deps, describePlace: away }, estate);
    expect(await look()).toHaveLength(1);
    ground.seen.freeBytes = 500 * 2 ** 30;
    await lookAtRepositories({ ...ground.deps, describePlace: away }, estate);
    expect(await ground.store.findings.list({ includeClosed: false, limit: 99 })).toContainEqual(
      expect.objectContaining({ code: 'REPOSITORY_FILLING_UP' }),
    );
    await lookAtRepositories({ ...ground.deps, describePlace }, estate);
    expect(await look()).toEqual([]);
  });

  test('a drill that is overdue, and one that did not bring it back', async () => {
    const ground = await provenGround(
      `tier: quick\n${daily}`,
      '---\nkind: Tier\nname: quick\nrecovery: { pattern: backup-restore, drillEvery: 1d }\n',
    );
    ground.pass(2 * 86_400);
    const { id } = await ground.backUp();
    expect(await ground.look()).toEqual(['DRILL_OVERDUE']);
    await ground.drill(id, { verdict: 'not-recoverable', reasons: ['no stock'], rtoAchievedSeconds: null });
    expect(await ground.look()).toEqual(['BACKUP_NOT_RECOVERABLE']);
    ground.pass(60);
    await ground.drill(id);
    expect(await ground.look()).toEqual([]);
  });
});

test('an environment that rests has no finding about its recovery', async () => {
  const ground = await makeGround();
  expect(await ground.look()).toEqual(['BACKUP_NONE']);
  const files = async () =>
    (await ground.store.findings.list({ includeClosed: false, limit: 99 })).filter(
      ({ source }) => source === filesSource,
    );
  const [environment] = ground.estate.environments;
  if (environment === undefined) throw new Error('there is one');
  const scope = { source: filesSource, environment: 'acme-prod' };
  const missed = [filesNotContinued(environment, 'no', 0)];
  await ground.store.findings.reconcile(scope, missed, ground.deps.clock.now());
  await closeRecoveryFindings(ground.deps, 'acme-prod');
  expect([await ground.open(), await files()]).toEqual([[], []]);
  // Nor about files between physical backups, where dumps are taken now.
  await ground.store.findings.reconcile(scope, missed, ground.deps.clock.now());
  await ground.look();
  expect(await files()).toEqual([]);
});

test('a defect is not taken for a repository that is away', async () => {
  const ground = await makeGround();
  const deps = { ...ground.deps, openRepository: async () => Promise.reject(new TypeError('a defect')) };
  const [environment] = ground.estate.environments;
  if (environment === undefined) throw new Error('there is one');
  await expect(lookAtRecovery(deps, ground.estate, environment)).rejects.toThrow('a defect');
});
