import { describe, expect, test } from 'vitest';
import { backupAt, instant } from '../test-estate.ts';
import { recoveryFindings } from './index.ts';
import { dumps, type Scene, view } from './view.fixture.ts';

const found = (scene: Scene) => recoveryFindings(view(scene)).find(({ code }) => code === 'RECOVERY_KEY_UNCHECKED');
const checked = (at: string) => ({ at: instant(at), key: 'age-0123456789abcdef' });

describe('the recovery key that lies elsewhere (BKP-01: secret-recovery procedure)', () => {
  test('is to be tried again after half a year, or what is declared; the reminder names when and which', () => {
    expect(found({ keyCheck: checked('2026-01-10T12:00Z') })).toBeUndefined();
    expect(found({ keyCheck: checked('2025-11-10T12:00Z') })).toMatchObject({
      severity: 'warning',
      reason: expect.stringContaining('last tried on 2025-11-10 12:00 UTC (age-0123456789abcdef), more than 180d ago'),
      action: expect.stringContaining('plimsoll backup keys check --repository near --with file:'),
    });
    const declared = `${dumps}\nthresholds: { recoveryKeyCheckEvery: 30d }`;
    expect(found({ declared, keyCheck: checked('2026-04-10T12:00Z') })?.reason).toContain('more than 30d ago');
  });

  test('that nobody has ever tried is said three days after the first backup, and not before', () => {
    const first = (at: string) => found({ keyCheck: null, history: [backupAt(at, { id: 'b1' })] });
    expect(first('2026-06-06T02:00Z')?.reason).toContain('Nobody has ever tried');
    expect(first('2026-06-10T02:00Z')).toBeUndefined();
    expect(found({ keyCheck: null, history: [] })).toBeUndefined();
    expect(found({ keyCheck: undefined, history: [backupAt('2026-01-06T02:00Z', { id: 'b1' })] })).toBeUndefined();
  });
});
