import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BackupAttempt } from '../attempt.ts';
import { backupAt, drillAt, instant, repository } from '../test-estate.ts';
import { fillFindings, recoveryFindings } from './index.ts';
import { residencyReasons } from './places.ts';
import { codes, dumps, state, view } from './view.fixture.ts';
import type { WalState } from './view.ts';

test('an environment whose recovery is in order has no finding but advice on where it lies', () => {
  expect(codes({})).toEqual([]);
  expect(recoveryFindings(view()).map(({ severity }) => severity)).toEqual(['info', 'info']);
});

test('every finding has a reason, a way out and a key that is its own', () => {
  const broken = recoveryFindings(
    view({
      history: [
        backupAt('2026-06-01T02:00Z', { id: 'b1' }, { missingFiles: 3, filestoreAt: instant('2026-06-01T01:00Z') }),
      ],
      drills: [drillAt('2026-01-01T00:00Z', { verdict: 'not-recoverable', reasons: ['no stock'] })],
    }),
  );
  expect(broken.length).toBeGreaterThan(6);
  expect(new Set(broken.map(({ key }) => key)).size).toBe(broken.length);
  for (const { reason, action, key, code } of broken) {
    expect([reason.length > 20, action.length > 20, key.startsWith(`${code}/acme-prod/`)]).toEqual([true, true, true]);
  }
});

describe('BKP-07: missed, late, failed and suspiciously small', () => {
  test('none at all', () => {
    expect(codes({ history: [], drills: [] })).toEqual(['BACKUP_NONE']);
    const reason = (connect: string) =>
      recoveryFindings(view({ declared: `${dumps}${connect}`, history: [], drills: [] }))[0]?.reason;
    expect(reason('')).toContain('its filestore is not declared');
    expect(reason('\nconnect: { filestore: { directory: /var/lib/odoo } }')).not.toContain('filestore');
  });

  test('late after its grace, missed after its day', () => {
    const yesterday = [backupAt('2026-06-09T02:30Z', { id: 'b1' })];
    expect(codes({ history: yesterday, at: '2026-06-10T01:00Z' })).toEqual([]);
    expect(codes({ history: yesterday, at: '2026-06-10T06:00Z' })).toEqual(['BACKUP_LATE']);
    expect(codes({ history: [backupAt('2026-06-08T12:30Z', { id: 'b1' })] })).toContain('BACKUP_MISSED');
  });

  test('one that a peak held back is neither', () => {
    const history = [backupAt('2026-06-29T12:00Z', { id: 'b1' })];
    expect(codes({ history, at: '2026-06-30T12:00Z', drills: [drillAt('2026-06-25T12:00Z')] })).toEqual([]);
  });

  test('a failure says how often and why, and whoever cancels one takes none back and adds none', () => {
    const good = backupAt('2026-06-10T02:00Z', { id: 'b1' });
    const failed = backupAt('2026-06-10T03:00Z', { outcome: 'failed', detail: 'no space left', content: undefined });
    const [found] = recoveryFindings(view({ history: [good, failed, { ...failed, outcome: 'cancelled' }] }));
    expect(found?.reason).toContain('no space left');
    expect(codes({ history: [good, { ...failed, outcome: 'cancelled' }] })).not.toContain('BACKUP_FAILED');
  });

  test('an empty dump that "succeeded" raises the alarm, also as the very first', () => {
    const empty = backupAt('2026-06-10T02:00Z', { id: 'b1' }, { databaseBytes: 2_000, databaseFiles: 1 });
    expect(codes({ history: [empty] })).toEqual(['BACKUP_EMPTY']);
    const tiny = backupAt('2026-06-10T02:00Z', { id: 'b1' }, { databaseBytes: 500_000, databaseFiles: 400 });
    expect(codes({ history: [tiny] })).toEqual(['BACKUP_EMPTY']);
  });

  const series = (sizes: readonly number[], last: number): readonly BackupAttempt[] =>
    [...sizes, last].map((size, index, all) =>
      backupAt(
        instant('2026-06-10T02:00Z').subtract({ hours: 24 * (all.length - 1 - index) }),
        { id: index === all.length - 1 ? 'b1' : `a${index}` },
        { filestoreBytes: size * 2 ** 20 },
      ),
    );

  test('half the filestore is suspicious after three backups, not before', () => {
    expect(codes({ history: series([200, 202, 205], 100) })).toEqual(['BACKUP_SUSPICIOUSLY_SMALL']);
    expect(codes({ history: series([200, 202], 100) })).toEqual([]);
  });

  test('fifty good backups that grow and vary by a tenth raise no false alarm', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 50, maxLength: 50 }), (noise) => {
        const sizes = noise.map((each, index) => 200 * (1 + index / 50) * (1 + each / 1_000));
        for (let count = 1; count <= 50; count += 1) {
          const [last = 0, ...rest] = sizes.slice(0, count).toReversed();
          expect(codes({ history: series(rest.toReversed().slice(-12), last) })).toEqual([]);
        }
      }),
      { numRuns: 3 },
    );
  });
});

describe('BKP-03: archived WAL', () => {
  const declared = 'objectives: { rpo: 5m }\nbackup: { method: physical, copies: [north] }';
  const history = [backupAt('2026-06-10T02:00Z', { id: 'b1', method: 'physical' })];
  const wal = (more: Partial<WalState> = {}): WalState => ({
    isArchiving: true,
    lastArchivedAt: instant('2026-06-10T11:59Z'),
    lastFailedAt: undefined,
    failedCount: 0,
    waitingSegments: 0,
    gaps: [],
    reaches: '000000010000000000000009',
    ...more,
  });

  test('in order, nothing is said and the recovery point is that of the WAL', () => {
    expect(codes({ declared, history, wal: wal() })).toEqual([]);
  });

  test('an idle database archives nothing and loses nothing; one whose segments wait does', () => {
    const idle = wal({ lastArchivedAt: instant('2026-06-10T03:00Z') });
    expect(codes({ declared, history, wal: idle })).toEqual([]);
    expect(codes({ declared, history, wal: { ...idle, waitingSegments: 9 } })).toEqual(['RECOVERY_POINT_TOO_OLD']);
  });

  test('after a restore in place the log says nothing of what is written since: the age is that of the restore', () => {
    const restoredAt = instant('2026-06-10T11:54Z');
    const found = { declared, history, wal: wal(), restoredAt };
    expect(codes({ ...found, at: '2026-06-10T11:58Z' })).toEqual([]);
    expect(codes(found)).toEqual(['RECOVERY_POINT_TOO_OLD']);
    const [finding] = recoveryFindings(view(found)).filter(({ code }) => code === 'RECOVERY_POINT_TOO_OLD');
    expect(finding?.reason).toContain(
      'was restored in its place at 2026-06-10 11:54 UTC, and no backup was taken since',
    );
    expect(finding?.evidence).toMatchObject({ restoredAt: '2026-06-10T11:54:00Z', ageSeconds: 360, rpoSeconds: 300 });
    const after = backupAt('2026-06-10T11:55Z', { id: 'b2', method: 'physical' });
    expect(codes({ ...found, history: [...history, after] })).toEqual([]);
  });

  test('where the RPO is far, a backup that does not come after a restore in place is late all the same', () => {
    const restoredAt = instant('2026-06-10T08:00Z');
    expect(codes({ restoredAt, at: '2026-06-10T08:30Z' })).toEqual([]);
    expect(codes({ restoredAt, at: '2026-06-10T11:00Z' })).toEqual(['BACKUP_LATE']);
    expect(codes({ restoredAt: instant('2026-06-08T08:00Z') })).toEqual([]);
  });

  test('a gap shortens what can be reached', () => {
    const gaps = [{ first: '000000010000000000000007', last: '000000010000000000000007', segments: 1 }];
    const scene = { declared, history, wal: wal({ gaps, reaches: '000000010000000000000006' }) };
    expect(codes(scene)).toEqual(['RECOVERY_POINT_TOO_OLD', 'WAL_GAP']);
    expect(recoveryFindings(view(scene)).find(({ code }) => code === 'WAL_GAP')?.reason).toContain(
      'nothing after 000000010000000000000006',
    );
  });

  test('an archive that fails, and one that is off', () => {
    const failing = wal({ lastFailedAt: instant('2026-06-10T11:59:30Z'), failedCount: 9, waitingSegments: 4 });
    expect(codes({ declared, history, wal: failing })).toEqual(['WAL_ARCHIVE_FAILING']);
    expect(codes({ declared, history, wal: wal({ isArchiving: false }) })).toEqual([
      'RECOVERY_POINT_TOO_OLD',
      'WAL_ARCHIVE_OFF',
    ]);
    const past = wal({ lastFailedAt: instant('2026-06-10T11:00Z'), failedCount: 9 });
    expect(codes({ declared, history, wal: past })).toEqual([]);
  });
});

describe('where backups lie', () => {
  test('without a repository nothing can be kept', () => {
    expect(codes({ more: '' })).toContain('BACKUP_WITHOUT_REPOSITORY');
  });

  test('BKP-06: a copy that is missing, and copies nowhere else', () => {
    const lagging = [state('near'), state('far', undefined, { backups: [] })];
    expect(codes({ repositories: lagging })).toEqual(['BACKUP_COPY_MISSING']);
    const alone = 'objectives: { rpo: 2d }\nbackup: { method: logical, every: 1d }';
    expect(codes({ declared: alone, more: repository('near', 'west') })).toEqual(['BACKUP_SAME_FAILURE_DOMAIN']);
  });

  test('CMP-05: a copy across the border is flagged, and refused before it is made', () => {
    const held =
      '---\nkind: DataClass\nname: records\nholds: [inventory-positions]\nresidency: [EU]\ncontrols: [encryption-in-transit]\n';
    const declared = dumps.replace('[north]', '[over]').concat('\ndataClasses: [records]');
    const more = repository('near', 'west') + repository('abroad', 'over') + held;
    expect(codes({ declared, more })).toEqual(['BACKUP_OUTSIDE_RESIDENCY']);
    const { estate, environment } = view({ declared, more });
    const reasons = (name: string, region: string | undefined) =>
      residencyReasons(estate, environment, { name, region }).length;
    expect([reasons('near', 'west'), reasons('abroad', 'over'), reasons('unplaced', undefined)]).toEqual([0, 1, 1]);
  });

  test('one that fills up is forecast; one that cannot be reached or holds forgeries is said', () => {
    const gib = 2 ** 30;
    const usage = Array.from({ length: 10 }, (_, day) => ({
      at: instant('2026-06-01T00:00Z').add({ hours: 24 * day }),
      bytes: day * gib,
    }));
    const filled = (freeBytes: number | undefined) => fillFindings({ repository: { name: 'near' }, usage, freeBytes });
    expect(filled(10 * gib)).toMatchObject([
      { code: 'REPOSITORY_FILLING_UP', severity: 'warning', environment: null, subject: 'near' },
    ]);
    expect(filled(2 * gib)).toMatchObject([{ severity: 'critical' }]);
    expect([filled(100 * gib), filled(undefined)]).toEqual([[], []]);
    expect(codes({ repositories: [state('near', undefined, { unreachable: 'no route' }), state('far')] })).toEqual([
      'REPOSITORY_OUT_OF_REACH',
    ]);
    const bad = [{ id: 'b9', reason: 'altered', detail: 'Its signature does not hold.' }];
    expect(codes({ repositories: [state('near', undefined, { bad }), state('far')] })).toEqual(['BACKUP_NOT_TRUSTED']);
  });

  test('OBJ-01: a repository inside the filestore is more than advice', () => {
    const declared = `${dumps}\nconnect: { filestore: { directory: /srv } }`;
    expect(codes({ declared })).toEqual(['STORAGE_CLASSES_MIXED']);
  });
});

describe('RST-01, RST-04: proof', () => {
  test('never drilled: unverified at first, overdue after the interval', () => {
    expect(codes({ drills: [] })).toEqual(['BACKUP_UNVERIFIED']);
    const old = [backupAt('2026-04-01T02:00Z', { id: 'b0' }), backupAt('2026-06-10T02:00Z', { id: 'b1' })];
    expect(codes({ drills: [], history: old })).toEqual(['DRILL_OVERDUE']);
  });

  test('a proof expires', () => {
    expect(codes({ drills: [drillAt('2026-05-12T12:00Z')] })).toEqual([]);
    expect(codes({ drills: [drillAt('2026-05-01T12:00Z')] })).toEqual(['DRILL_OVERDUE']);
  });

  test('a backup that did not come back is the gravest, whatever came before it', () => {
    const drills = [
      drillAt('2026-06-08T12:00Z'),
      drillAt('2026-06-09T12:00Z', { verdict: 'not-recoverable', reasons: ['no stock'] }),
    ];
    expect(codes({ drills })).toEqual(['BACKUP_NOT_RECOVERABLE']);
    expect(codes({ drills: drills.slice(1) })).toEqual(['BACKUP_NOT_RECOVERABLE', 'BACKUP_UNVERIFIED']);
  });

  test('targets that were missed are findings, each on its own', () => {
    const missed = drillAt('2026-06-09T12:00Z', { rpoAchievedSeconds: 3 * 86_400, rtoAchievedSeconds: 86_400 });
    expect(codes({ drills: [missed] })).toEqual(['RPO_MISSED', 'RTO_MISSED']);
  });

  test('a drill that ran with other add-ons than its backup names is a finding that names them (BKP-01)', () => {
    const check = {
      name: 'software.add-ons',
      outcome: 'warning',
      detail: 'other add-ons',
      evidence: ['/srv/a'],
    } as const;
    const found = recoveryFindings(view({ drills: [drillAt('2026-06-09T12:00Z', { checks: [check] })] }));
    const reason = found.find(({ code }) => code === 'DRILL_WITH_RESERVATION')?.reason;
    expect(reason).toContain('with a reservation: software.add-ons: other add-ons, first /srv/a');
  });
});
