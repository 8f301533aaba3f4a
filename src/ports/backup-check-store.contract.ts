import { expect, test } from 'vitest';
import { type BackupCheck, damageStates, verifiedParts } from '../core/recovery/index.ts';
import type { Store } from './store.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00.123456Z');

function check(changes: Partial<BackupCheck> = {}): BackupCheck {
  return {
    environment: 'acme',
    repository: 'vault',
    backup: '20261121T054512Z-logical-9f3a1c',
    checkedAt: at,
    isIntact: false,
    files: 3,
    bytes: 5_000_000_000,
    problemCount: 1,
    problems: [{ what: 'filestore', name: 'a3/a3f1', state: 'missing', detail: 'It is not there.' }],
    ...changes,
  };
}

/** What every store promises about checks of content and the sizes of repositories. */
export function describeBackupChecks(open: () => Promise<Store>): void {
  test('the last check of each backup in each repository is kept, newest first, until it is forgotten', async () => {
    const { backupChecks } = await open();
    const copy = check({ repository: 'far', checkedAt: at.add({ hours: 1 }) });
    const again = check({ isIntact: true, problemCount: 0, problems: [], checkedAt: at.add({ hours: 2 }) });
    for (const each of [check(), copy, check({ environment: 'nordwind' }), again]) await backupChecks.record(each);
    expect(await backupChecks.list('acme')).toEqual([again, copy]);
    await backupChecks.forget(again);
    expect(await backupChecks.list('acme')).toEqual([copy]);
    expect(await backupChecks.list('none')).toEqual([]);
  });

  test('whatever part was damaged, and however, is read back as it was recorded', async () => {
    const { backupChecks } = await open();
    const parts = verifiedParts.flatMap((what) => damageStates.map((state) => ({ what, state })));
    const problems = parts.map((part) => ({ ...part, name: '000000010000000000000005', detail: 'It is so.' }));
    await backupChecks.record(check({ problems, problemCount: problems.length }));
    expect((await backupChecks.list('acme'))[0]?.problems).toEqual(problems);
  });

  test('the newest sizes of a repository come oldest first, and old ones are forgotten (OBJ-04)', async () => {
    const { repositorySizes } = await open();
    const samples = [0, 1, 2].map((hours) => ({ at: at.add({ hours }), bytes: 7 * 2 ** 40 + hours }));
    for (const sample of [...samples, ...samples]) await repositorySizes.record('vault', sample);
    await repositorySizes.record('far', { at, bytes: 1 });
    expect(await repositorySizes.list('vault', 2)).toEqual(samples.slice(1));
    expect(await repositorySizes.prune(at.add({ hours: 1 }))).toBe(2);
    expect(await repositorySizes.list('vault', 9)).toEqual(samples.slice(1));
    expect(await repositorySizes.list('far', 9)).toEqual([]);
  });
}
