import { describe, expect, test } from 'vitest';
import { judgeObjective, judgeObjectives } from './judge.ts';
import { estateWith, noon, plain, runs, secondsOf, sliOf, specWith } from './live.fixture.ts';
import { objectivesOf } from './plan.ts';
import { compromisesOf, declaredCompromises, surroundingsOf } from './surroundings.ts';

const monthly = 'objectives: [{ availability: 99.5%, window: 30d }]';
const days = (count: number): number => count * 24;
const ago = (hours: number): number => secondsOf(noon) - hours * 3_600;

describe('a compromised service is not reliable although it answers (SEC-09)', () => {
  const since = noon.subtract({ hours: 12 });

  test('a declared compromise breaches its objectives, and what was answered since counts as failed', () => {
    const declared = `${monthly}\ncompromised: { since: "${since}", reason: stolen administrator session }`;
    const { estate, environment } = estateWith(declared);
    const [spec] = objectivesOf(estate, environment);
    const [service] = estate.services;
    if (spec === undefined || service === undefined) throw new Error('nothing is promised');
    const around = surroundingsOf(spec, [], compromisesOf(service, []));
    const healthy = runs(noon, days(30), () => true);
    const verdict = judgeObjective(sliOf(spec, healthy, around), undefined, noon);
    expect(verdict).toMatchObject({ state: 'breached', isCompromised: true, good: 8_640 - 144 });
    expect(verdict.reason).toContain('stolen administrator session');
    expect(declaredCompromises(environment, [service], noon)).toMatchObject([
      { code: 'SECURITY_COMPROMISE', severity: 'critical', subject: 'service/shipment-confirmation' },
    ]);
    expect(judgeObjective(sliOf(spec, healthy), undefined, noon)).toMatchObject({ state: 'met', isCompromised: false });
  });

  test('a finding of that code does the same, of one service or of all; once closed only its time is lost', () => {
    const finding = { code: 'SECURITY_COMPROMISE', reason: 'web shell', openedAt: since };
    const service = { name: 'shipment-confirmation', compromised: undefined };
    const about = (subject: string, closedAt: Temporal.Instant | null) =>
      compromisesOf(service, [{ ...finding, subject, closedAt }]);
    expect(about('service/goods-receipt', null)).toEqual([]);
    expect(about('host', null)).toHaveLength(1);
    const closed = about('service/shipment-confirmation', since.add({ hours: 1 }));
    const sli = sliOf(
      specWith(monthly),
      runs(noon, days(30), () => true),
      { ...plain, compromises: closed },
    );
    expect(judgeObjective(sli, undefined, noon)).toMatchObject({ state: 'met', isCompromised: false, good: 8_628 });
  });
});

describe('promises to customers stand apart, with their margin (SLO-09)', () => {
  test('a commitment is breached while the internal objective holds', () => {
    const { estate, environment } = estateWith(
      'objectives: [{ availability: 99% }]',
      `---
kind: BusinessCommitment
name: acme-gold
tenant: acme
service: shipment-confirmation
promise: { availability: 99.9% }`,
    );
    const specs = objectivesOf(estate, environment);
    const recorded = runs(noon, days(30), (at) => at <= ago(50) || at > ago(48));
    const verdicts = judgeObjectives({ slis: specs.map((spec) => sliOf(spec, recorded)), previous: new Map() }, noon);
    expect(verdicts.map(({ commitment, state }) => [commitment, state])).toEqual([
      [null, 'met'],
      ['acme-gold', 'breached'],
    ]);
  });

  test('a commitment to another tenant is not judged here', () => {
    const { estate, environment } = estateWith(
      monthly,
      '---\nkind: Tenant\nname: polder\n---\nkind: BusinessCommitment\nname: p\ntenant: polder\nservice: shipment-confirmation\npromise: { availability: 99.9% }',
    );
    expect(objectivesOf(estate, environment)).toHaveLength(1);
  });
});
