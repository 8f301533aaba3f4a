import { describe, expect, test } from 'vitest';
import { backupAt, instant } from '../test-estate.ts';
import { recoveryFindings } from './index.ts';
import { codes, places, view } from './view.fixture.ts';

describe('what a backup holds', () => {
  const withContent = (content: Parameters<typeof backupAt>[2]) =>
    codes({ history: [backupAt('2026-06-10T02:00Z', { id: 'b1' }, content)] });

  test('BKP-01: a part that is left out is a finding', () => {
    const coverage = [
      { part: 'database', isCovered: true, why: '' },
      { part: 'filestore', isCovered: false, why: 'Nothing says where it is.' },
    ] as const;
    expect(withContent({ coverage })).toEqual(['BACKUP_COVERAGE_GAP']);
  });

  test('BKP-01: an integration that the newest backup does not name is a finding that names it', () => {
    const more = `${places}---\n{ kind: Integration, name: dhl, partner: carrier, environments: [acme-prod], exchange: queued }\n`;
    const gap = (integrations: readonly string[] | undefined) =>
      recoveryFindings(
        view({ more, history: [backupAt('2026-06-10T02:00Z', { id: 'b1' }, { coverage: [], integrations })] }),
      ).find(({ code }) => code === 'BACKUP_COVERAGE_GAP')?.reason;
    expect(gap(['dhl'])).toBeUndefined();
    expect(gap(['wms'])).toContain('it does not name dhl');
    expect(gap(undefined)).toContain('dhl');
  });

  test('BKP-08: halves of different times are flagged, an earlier filestore more than a later one', () => {
    const at = (text: string) =>
      recoveryFindings(
        view({ history: [backupAt('2026-06-10T02:00Z', { id: 'b1' }, { filestoreAt: instant(text) })] }),
      );
    const severity = (text: string) => at(text).find(({ code }) => code === 'BACKUP_PAIR_MISMATCHED')?.severity;
    expect([severity('2026-06-10T01:00Z'), severity('2026-06-10T03:00Z'), severity('2026-06-10T02:00Z')]).toEqual([
      'critical',
      'warning',
      undefined,
    ]);
  });

  test('content that a check found damaged is named', () => {
    const contentFaults = [{ backup: 'b1', repository: 'near', what: 'attachment a3/a3f1', state: 'altered' as const }];
    const found = recoveryFindings(view({ contentFaults })).find(({ code }) => code === 'BACKUP_CONTENT_DAMAGED');
    expect(found?.reason).toContain('attachment a3/a3f1 is altered');
  });

  test('a recovery point older than the RPO is said in hours of work', () => {
    const history = [backupAt('2026-06-07T12:00Z', { id: 'b1' })];
    const found = recoveryFindings(view({ history })).find(({ code }) => code === 'RECOVERY_POINT_TOO_OLD');
    expect(found?.reason).toContain('3d of work would be gone; its RPO is 2d');
  });
});
