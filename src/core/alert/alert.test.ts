import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dhl, estate, failedCall, growing, lock, now, waiting } from '../../../test/alert/alert-ground.ts';
import type { ObjectiveVerdict } from '../objective/index.ts';
import type { Finding } from '../observe/index.ts';
import {
  type AlertSignal,
  cutOffTitle,
  draftAlerts,
  impactOnCutOff,
  leftWords,
  responseTo,
  signalsFromAlertmanager,
  signalsFromFindings,
  signalsFromForecasts,
  signalsFromVerdicts,
  unansweredSignals,
  weigh,
} from './index.ts';

const draft = (signals: readonly AlertSignal[], at = now) =>
  draftAlerts({ estate, signals, exposures: [waiting], now: at });

describe('ranking (RULE-09, SLO-03)', () => {
  test('AS-16: a growing shipment backlog near its cut-off outranks one failed carrier call', () => {
    expect(draft([failedCall(), growing()]).map(({ code }) => code)).toEqual([
      'CUT_OFF_AT_RISK',
      'CARRIER_CALL_FAILED',
    ]);
  });
  test('a technical threshold alone weighs less than a process that loses its cut-off', () => {
    const disk = lock({ code: 'DISK_NEARLY_FULL', theme: 'DISK_NEARLY_FULL', class: 'degraded', services: [] });
    expect(draft([disk, growing()]).at(-1)?.code).toBe('DISK_NEARLY_FULL');
  });
  test('rises with every one of its factors, and says which', () => {
    const amount = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.integer({ min: 0, max: 2_000 }),
        fc.integer({ min: 1, max: 600 }),
        (items, growth, minutes, more) => {
          const at = (left: number) => ({ ...dhl, at: now.add({ minutes: left }) });
          const base = { ...growing(), itemsAtRisk: items, growthPerHour: growth, deadline: at(minutes + more) };
          const weight = (change: Partial<AlertSignal>) => weigh({ ...base, ...change }, estate, now).total;
          expect(weight({ deadline: at(minutes) })).toBeGreaterThan(weight({}));
          expect(weight({ growthPerHour: growth + more })).toBeGreaterThanOrEqual(weight({}));
          expect(weight({ itemsAtRisk: items + more, growthPerHour: 0 })).toBeGreaterThan(weight({ growthPerHour: 0 }));
          expect(weight({ class: 'interrupted' })).toBeGreaterThan(weight({}));
          expect(weight({ services: ['reporting'] })).toBeLessThan(weight({}));
        },
      ),
    );
    expect(weigh(growing(), estate, now).because).toContain('critical business process');
  });
  test('does not depend on the order in which signals come', () => {
    const signals = [failedCall(), growing(), lock(), lock({ key: 'b', code: 'JOURNEY_FAILED' })];
    expect(draft(signals.toReversed())).toEqual(draft(signals));
  });
});

describe('what is one alert (SLO-06)', () => {
  test('a lock and everything that stops with it, called by its cause', () => {
    const stopped = ['HEALTH_DISAGREES', 'JOURNEY_FAILED', 'BUSINESS_STOPPED'].map((code) => lock({ key: code, code }));
    const [alert, ...others] = draft([...stopped, lock()]);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ code: 'TABLE_LOCKED', class: 'interrupted', urgency: 'page', owner: 'platform' });
    expect(alert?.parts.map(({ code }) => code)).toEqual([
      'TABLE_LOCKED',
      'BUSINESS_STOPPED',
      'JOURNEY_FAILED',
      'HEALTH_DISAGREES',
    ]);
  });
  test('a cut-off that is missed because the system stands still calls nobody by itself', () => {
    const alerts = draft([lock(), growing()]);
    expect(alerts.find(({ code }) => code === 'CUT_OFF_AT_RISK')?.partOf).toBe('acme-prod/operation');
    expect(draft([growing()])[0]?.partOf).toBeNull();
    expect(draft([lock(), failedCall()]).find(({ code }) => code === 'CARRIER_CALL_FAILED')?.partOf).toBeNull();
  });
  test('SLO-04: slow is degraded and waits for working hours; stopped is interrupted and wakes somebody', () => {
    const [slow] = draft([lock({ code: 'LATENCY_HIGH', theme: 'LATENCY_HIGH', class: 'degraded' })]);
    expect(slow).toMatchObject({ class: 'degraded', urgency: 'ticket' });
    expect(draft([lock()])[0]).toMatchObject({ class: 'interrupted', urgency: 'page' });
    expect(draft([lock({ environment: 'acme-test', services: [] })])[0]?.urgency).toBe('ticket');
  });
});

describe('the impact sentence', () => {
  test('says what will be missed where and how long is left, on the wall of the site', () => {
    expect(draft([growing()])[0]?.impact).toBe('Rotterdam: 214 parcels will miss DHL 17:00, 38 min left');
    expect(draft([lock()])[0]?.impact).toBe('Rotterdam: 214 parcels are at risk for DHL 17:00, 38 min left');
  });
  test('stays on the wall when the clocks change', () => {
    const summer = { ...dhl, at: Temporal.Instant.from('2026-10-24T15:00:00Z') };
    const winter = { ...dhl, at: Temporal.Instant.from('2026-10-25T16:00:00Z') };
    const how = { class: 'at-risk', services: ['shipment-confirmation'] } as const;
    expect(impactOnCutOff(summer, 3, how, summer.at.subtract({ minutes: 5 }))).toContain('DHL 17:00, 5 min left');
    expect(impactOnCutOff(winter, 1, how, winter.at.subtract({ hours: 16 }))).toBe(
      'Rotterdam: 1 parcel will miss DHL 17:00, 16 h left',
    );
    // The day before, when an hour is still to be given back.
    expect(impactOnCutOff(winter, 1, how, summer.at)).toContain('DHL Sun 17:00, 25 h left');
  });
  test('says so where nobody can count, and where the time is over', () => {
    expect(impactOnCutOff(dhl, null, { class: 'interrupted', services: [] }, now)).toContain('nobody can count');
    expect(impactOnCutOff(dhl, 2, { class: 'at-risk', services: [] }, dhl.at)).toContain('it has passed');
    expect([leftWords(59), leftWords(7_200), leftWords(18_600), leftWords(180_000)]).toEqual([
      '0 min',
      '2 h',
      '5 h 10 min',
      '2 d 2 h',
    ]);
    expect([cutOffTitle('dhl-cutoff'), cutOffTitle('royal-mail-cutoff'), cutOffTitle('x', 'UPS air')]).toEqual([
      'DHL',
      'Royal mail',
      'UPS air',
    ]);
  });
});

describe('who answers and by what (OPM-07)', () => {
  test('what breaks goes to who runs it, what a floor misses to who answers for the service, a partner to its own', () => {
    const of = (signal: AlertSignal) => responseTo(estate, estate.environments[0], signal);
    expect(of(lock())).toMatchObject({
      owner: 'platform',
      runbook: 'locked-table',
      steps: ['Look who holds it.', 'Prove that it works again.'],
    });
    expect(of(growing())).toMatchObject({ owner: 'floor', runbook: null, steps: [] });
    expect(of(failedCall())).toMatchObject({ owner: 'integrations', steps: ['End it.'] });
  });
  test('signals without an owner or a response are listed', () => {
    const listed = unansweredSignals(estate);
    expect(listed).toContainEqual({ code: 'CUT_OFF_AT_RISK', about: 'shipment-confirmation', lacks: ['runbook'] });
    expect(listed).toContainEqual({ code: 'BUDGET_BURNS', about: 'shipment-confirmation', lacks: ['runbook'] });
    expect(listed.some(({ code }) => code === 'TABLE_LOCKED')).toBe(false);
    const environments = estate.environments.map((each) => ({ ...each, owner: undefined }));
    const services = estate.services.map((each) => ({ ...each, owner: undefined }));
    const orphaned = unansweredSignals({ ...estate, environments, services, runbooks: [] });
    expect(orphaned).toContainEqual({ code: 'TABLE_LOCKED', about: 'acme-prod', lacks: ['owner', 'runbook'] });
  });
});

describe('where signals come from', () => {
  const finding: Finding = {
    ...{
      id: 'f',
      key: 'business:TABLE_LOCKED:stock_picking',
      code: 'TABLE_LOCKED',
      severity: 'critical',
      source: 'health',
    },
    ...{
      environment: 'acme-prod',
      subject: 'stock_picking',
      reason: 'held',
      action: 'End it.',
      openedAt: now,
      lastSeenAt: now.add({ seconds: 10 }),
    },
    ...{
      closedAt: null,
      evidence: { area: 'business', services: 'label-printing, shipment-confirmation', heldSeconds: 40 },
    },
  };
  test('an open finding of health, from when the trouble began rather than when it was seen', () => {
    expect(signalsFromFindings([finding], estate)).toMatchObject([
      {
        class: 'interrupted',
        theme: 'operation',
        services: ['label-printing', 'shipment-confirmation'],
        startedAt: now.subtract({ seconds: 30 }),
      },
    ]);
  });
  test('what is wrong with recovery is told in its own words: nothing works badly by it', () => {
    const recovery = { source: 'recovery', severity: 'critical' as const, evidence: {}, subject: 'vault' };
    const impactOf = (change: Partial<Finding>) =>
      draft(signalsFromFindings([{ ...finding, ...recovery, ...change }], estate))[0]?.impact;
    const nobody = 'no work that waits for a cut-off is known to suffer';
    expect(
      impactOf({ code: 'REPOSITORY_OUT_OF_REACH', reason: 'The repository vault cannot be reached: no route.' }),
    ).toBe(`acme-prod: The repository vault cannot be reached: no route; ${nobody}`);
    expect(impactOf({ code: 'BACKUP_NONE', reason: 'There is no good backup of acme-prod.' })).toBe(
      `There is no good backup of acme-prod; ${nobody}`,
    );
    const estateWide = { environment: null, code: 'REPOSITORY_FILLING_UP', reason: 'vault is full in about 2 days.' };
    expect(impactOf(estateWide)).toBe(`vault is full in about 2 days; ${nobody}`);
  });
  test('not what is over, a note, or missing in the declaration', () => {
    const silent = [
      { closedAt: now },
      { severity: 'info' as const },
      { source: 'estate' },
      { source: 'recovery', severity: 'warning' as const },
    ].map((change) => ({
      ...finding,
      ...change,
    }));
    expect(signalsFromFindings(silent, estate)).toEqual([]);
  });
  test('two answers that disagree belong to what made them', () => {
    const about = (cause: string) => ({ ...finding, code: 'HEALTH_DISAGREES', evidence: { cause } });
    expect(
      signalsFromFindings([about('TABLE_LOCKED'), about('LATENCY_HIGH')], estate).map(({ theme }) => theme),
    ).toEqual(['operation', 'LATENCY_HIGH']);
  });
  test('SLO-08: a forecast that warns, and only then', () => {
    const fact = {
      environment: 'acme-prod',
      service: 'shipment-confirmation',
      deadline: dhl,
      probabilityClears: 0.03,
      expectedLeft: 213.6,
      backlog: 300,
      growthPerHour: 90,
      warnsSince: now,
    };
    expect(signalsFromForecasts([{ ...fact, warns: false }])).toEqual([]);
    expect(draft(signalsFromForecasts([{ ...fact, warns: true }]))[0]?.impact).toBe(
      'Rotterdam: 214 parcels will miss DHL 17:00, 38 min left',
    );
  });
  test('a budget that burns too fast pages by the rule that is most urgent, and follows from an outage while that lasts', () => {
    const rule = {
      severity: 'ticket',
      window: '1d',
      burnRate: 3.2,
      isLowTraffic: false,
      since: now,
      lastTrueAt: now,
    } as const;
    const window = { kind: 'rolling', name: '30d', seconds: 2_592_000, from: now, to: now } as const;
    const verdict: ObjectiveVerdict = {
      ...{ key: 'acme-prod.shipping.availability-30d', environment: 'acme-prod', service: 'shipment-confirmation' },
      ...{
        kind: 'availability',
        promise: '99.5% available over 30d',
        commitment: null,
        state: 'at-risk',
        good: 1,
        total: 2,
      },
      ...{
        condition: 'degraded',
        isCompromised: false,
        reason: 'it fails',
        targetRatio: 0.995,
        attainment: 0.5,
        window,
      },
      ...{
        budgetRemaining: 0.2,
        excluded: [],
        gaps: [],
        normal: { good: 1, total: 2, attainment: 0.5 },
        peak: null,
        at: now,
      },
      firing: [rule, { ...rule, severity: 'page', window: '1h', burnRate: 20 }],
    };
    const signals = signalsFromVerdicts([verdict, { ...verdict, key: 'quiet', firing: [] }]);
    expect(draft(signals)).toMatchObject([
      { code: 'BUDGET_BURNS', urgency: 'page', class: 'degraded', owner: 'floor' },
    ]);
    expect(draft(signalsFromVerdicts([{ ...verdict, firing: [rule] }]))[0]?.urgency).toBe('ticket');
    expect(draft([...signals, lock()]).find(({ code }) => code === 'BUDGET_BURNS')?.partOf).toBe('acme-prod/operation');
  });
  test('an alert of an Alertmanager, by its labels', () => {
    const alert = {
      fingerprint: 'f1',
      labels: { alertname: 'HighLoad', severity: 'critical' },
      annotations: { summary: 'hot' },
      startsAt: now,
    };
    expect(draft(signalsFromAlertmanager([alert]))[0]).toMatchObject({
      code: 'HighLoad',
      summary: 'hot',
      urgency: 'page',
      environment: null,
    });
  });
});
