import { describe, expect, test } from 'vitest';
import { paperFindings } from '../findings/paper.ts';
import { environmentWith, estateWith, instant } from '../test-estate.ts';
import { judgeFeasibility } from './feasibility.ts';
import { blanketFindings, domainObjectives } from './objectives.ts';

const judge = (environment: string, more: Partial<Parameters<typeof judgeFeasibility>[0]> = {}) =>
  judgeFeasibility({
    environment: environmentWith(environment),
    now: instant('2026-06-10T12:00Z'),
    backupSeconds: undefined,
    databaseBytes: undefined,
    filestoreBytes: undefined,
    restores: [],
    ...more,
  });

describe('DRP-02: a plan is tested on paper', () => {
  // The estate itself refuses `every: 1d` with `rpo: 1h` written beside each other; a tier may still bring them together.
  test('a nightly dump cannot keep a recovery point of an hour', () => {
    const environment = environmentWith(
      'tier: t\nobjectives: { rpo: 1h }',
      '---\nkind: Tier\nname: t\nobjectives: { rpo: 2d }\nbackup: { method: logical, every: 1d }\n',
    );
    const now = instant('2026-06-10T12:00Z');
    const found = judgeFeasibility({
      environment,
      now,
      backupSeconds: 600,
      databaseBytes: undefined,
      filestoreBytes: undefined,
      restores: [],
    });
    expect(found.rpo.verdict).toBe('infeasible');
    // A day, ten minutes to take it, and Black Friday's three days in which none is begun.
    expect(found.rpo.expectedSeconds).toBe(4 * 86_400 + 600);
    expect(paperFindings(environment, found).map(({ code }) => code)).toEqual(['RPO_INFEASIBLE']);
  });

  test('archived WAL keeps five minutes, and not ten seconds', () => {
    expect(judge('objectives: { rpo: 5m }').rpo.verdict).toBe('feasible');
    expect(judge('objectives: { rpo: 10s }').rpo).toMatchObject({ verdict: 'infeasible' });
  });

  test('the time to recover is assumed until it is measured, and grows with what is to be restored', () => {
    const gib = 2 ** 30;
    const small = { databaseBytes: gib, filestoreBytes: gib };
    expect(judge('objectives: { rto: 1h }', small).rto).toMatchObject({ verdict: 'feasible', isMeasured: false });
    const restores = [{ bytes: gib, seconds: 2_400 }];
    const measured = judge('objectives: { rto: 1h }', { ...small, restores });
    expect(measured.rto).toMatchObject({ verdict: 'infeasible', expectedSeconds: 4_800, isMeasured: true });
  });

  test('DRP-10: snapshots alone are refused, whatever the targets', () => {
    const found = judge('backup: { method: snapshot, every: 1h }\nobjectives: { rpo: 7d }');
    expect([found.rpo.verdict, found.rto.verdict]).toEqual(['refused', 'refused']);
    expect(found.refusals.map(({ code }) => code)).toEqual(['SNAPSHOTS_ALONE']);
  });
});

describe('DRP-01: objectives per service domain, tier and environment', () => {
  const team = '---\nkind: Team\nname: floor\n';
  const service = (name: string, more = '') =>
    `---\nkind: BusinessService\nname: ${name}\nowner: floor\nenvironments: [acme-prod]\n${more}`;

  test('one value for everything is warned of', () => {
    const estate = estateWith('', team + service('pick-waves') + service('invoice-posting'));
    const [finding] = blanketFindings(estate);
    expect(finding).toMatchObject({ code: 'OBJECTIVES_BLANKET', severity: 'warning' });
    expect(finding?.reason).toContain('warehouse-execution, financial-posting all have one RPO (1h)');
  });

  test('different values are not; the strictest service of a domain counts', () => {
    const more =
      team +
      service('pick-waves', 'recovery: { rpo: 1m, rto: 30m }\n') +
      service('label-printing') +
      service('invoice-posting', 'recovery: { rto: 1d }\n');
    const estate = estateWith('', more);
    expect(blanketFindings(estate)).toEqual([]);
    expect(domainObjectives(estate)).toMatchObject([
      { domain: 'warehouse-execution', services: ['pick-waves', 'label-printing'], rpoSeconds: 60, rtoSeconds: 1_800 },
      { domain: 'financial-posting', services: ['invoice-posting'], rpoSeconds: 3_600, rtoSeconds: 86_400 },
    ]);
  });

  test('one domain alone is no blanket', () => {
    expect(blanketFindings(estateWith('', team + service('pick-waves')))).toEqual([]);
  });
});
