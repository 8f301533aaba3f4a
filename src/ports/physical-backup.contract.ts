import { beforeAll, describe, expect, test } from 'vitest';
import type { PhysicalBackups, PhysicalRestorePoint } from './physical-backup.ts';

/** What the physical backups of every cluster promise (BKP-02, BKP-03); `open` answers those of one that has none yet. */
export function describePhysicalBackups(name: string, open: () => Promise<PhysicalBackups>): void {
  const listed = async (backups: PhysicalBackups) => (await backups.list()).map(({ label }) => label);

  describe(`the physical backup contract: ${name}`, () => {
    let backups: PhysicalBackups;
    let full: PhysicalRestorePoint;
    let differential: PhysicalRestorePoint;
    beforeAll(async () => {
      backups = await open();
    }, 600_000);

    test('nothing is listed before something is taken; making ready may be repeated', async () => {
      await backups.prepare();
      expect(await backups.list()).toEqual([]);
      expect(backups.stanza).not.toBe('');
    }, 120_000);

    test('a backup says what it is, reports how far it is, and is listed', async () => {
      const ratios: number[] = [];
      full = await backups.take('full', { report: ({ ratio }) => ratios.push(ratio) });
      expect(full).toMatchObject({ kind: 'full', needs: [], hasError: false });
      expect(Temporal.Instant.compare(full.startedAt, full.stoppedAt)).toBeLessThanOrEqual(0);
      expect(full.walStart <= full.walStop).toBe(true);
      expect(ratios.length).toBeGreaterThan(0);
      for (const ratio of ratios) expect(ratio >= 0 && ratio <= 1).toBe(true);
      expect(await backups.list()).toEqual([full]);
    }, 180_000);

    test('one that differs names the full one it needs, and comes after it', async () => {
      differential = await backups.take('differential', { report: () => {} });
      expect(differential).toMatchObject({ kind: 'differential', needs: [full.label] });
      expect(await listed(backups)).toEqual([full.label, differential.label]);
    }, 180_000);

    test('the log of a backup is archived, and a mark moves its end', async () => {
      const before = await backups.segments();
      for (const segment of [full.walStart, differential.walStop]) expect(before).toContain(segment);
      const { segment, timeline } = await backups.mark();
      expect(timeline).toBe(full.timeline);
      const after = await backups.segments();
      expect(after).toContain(segment);
      expect(after.toSorted().at(-1)).toBe(segment);
    }, 120_000);

    test('what is whole has nothing to name', async () => {
      expect(await backups.verify()).toEqual([]);
    }, 120_000);

    test('one that is given up is not listed', async () => {
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(backups.take('full', { report: () => {}, signal })).rejects.toThrow();
      expect(await listed(backups)).toEqual([full.label, differential.label]);
    }, 120_000);

    test('one that is withdrawn takes those with it that need it', async () => {
      const other = await backups.take('full', { report: () => {} });
      await backups.withdraw(full.label);
      expect(await listed(backups)).toEqual([other.label]);
    }, 180_000);
  });
}
