import { describe, expect, test } from 'vitest';
import { estate as example } from '../../../test/alert/alert-ground.ts';
import { parseEstate, thresholdsAt } from './index.ts';

const head = 'kind: Estate\nname: e\n---\n';
const codes = (text: string): readonly string[] =>
  parseEstate([{ path: 'e.yaml', text: head + text }]).diagnostics.map(({ code, line }) => `${code}:${line}`);

describe('what a team declares', () => {
  test('becomes people, shifts and minutes after midnight', () => {
    const team = example.teams.find(({ name }) => name === 'platform');
    expect(team).toMatchObject({
      people: [{ name: 'ada', email: 'ada@northsea.example' }, { name: 'bo' }],
      quietHours: { fromMinute: 1_320, toMinute: 420 },
      notify: [
        { channel: 'pager', urgencies: ['page'] },
        { channel: 'mail', urgencies: ['page', 'ticket'] },
      ],
      escalateAfterSeconds: 300,
      escalateTo: ['lead'],
    });
    expect(example.runbooks[0]?.steps[1]).toEqual({
      text: 'Prove that it works again.',
      action: { kind: 'run-journey', journey: 'ship-order' },
      approvals: 0,
    });
  });
  test('is refused with its place where it names a rule, a person, a channel or a team that is not', () => {
    const text = `kind: Team
name: t
members: [ada]
onCall:
  timezone: Europe/Amsterdam
  shifts:
    - { members: [bo], rule: "FREQ=SOMETIMES", lasts: 12h }
notify: [{ channel: nowhere }]
escalate: { to: [nobody] }
`;
    const found = codes(text);
    expect(found).toContain('SHIFT_MEMBER_UNKNOWN:10');
    expect(found).toContain('RULE_INVALID:10');
    expect(found.filter((code) => code.startsWith('REFERENCE_UNKNOWN'))).toEqual([
      'REFERENCE_UNKNOWN:11',
      'REFERENCE_UNKNOWN:12',
    ]);
  });
  test('a channel has one way, and its password is a reference', () => {
    expect(codes('kind: Channel\nname: c\n')).toContain('CHANNEL_WITHOUT_WAY:4');
    expect(codes('kind: Channel\nname: c\nwebhook: { url: "http://a" }\nslack: { url: "http://b" }\n')).toContain(
      'CHANNEL_WITHOUT_WAY:4',
    );
    expect(codes('kind: Channel\nname: c\nemail: { host: a, from: a@b.example, password: hunter2 }\n')).toContain(
      'SECRET_IN_PLAIN:6',
    );
  });
});

describe('SLO-07: thresholds of a peak', () => {
  const text = `kind: Site
name: s
timezone: Europe/Amsterdam
calendar:
  - { name: black-friday, kind: peak, rule: "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=27", lasts: 1d, profile: peak-season }
---
kind: Environment
name: p
stage: staging
platform: host
sites: [s]
odoo: { version: "19.0", database: p }
thresholds: { pickingsLateUnhealthy: 20 }
peakThresholds: { peak-season: { pickingsLateUnhealthy: 60 } }
`;
  const environment = parseEstate([{ path: 'e.yaml', text: head + text }]).estate?.environments[0];
  test('for a peak that is only at sites where it does not work are refused, and both ways out are told', () => {
    const elsewhere = text.replace('name: s\n', 'name: t\n').concat('---\nkind: Site\nname: s\ntimezone: UTC\n');
    const { diagnostics } = parseEstate([{ path: 'e.yaml', text: head + elsewhere }]);
    const [found, ...others] = diagnostics.filter(({ severity }) => severity === 'error');
    expect([found?.code, others]).toEqual(['PEAK_ELSEWHERE', []]);
    expect(found?.message).toContain('`peak-season` is at t alone, where p does not work');
    expect(found?.hint).toContain('add t to `sites`');
  });

  test.each([
    ['2026-11-26T22:59:59Z', 20],
    ['2026-11-26T23:00:00Z', 60],
    ['2026-11-27T22:59:59Z', 60],
    ['2026-11-27T23:00:00Z', 20],
  ])('hold within its dates only: at %s it is %i', (at, count) => {
    if (environment === undefined) throw new Error('the estate has an error');
    expect(thresholdsAt(environment, Temporal.Instant.from(at)).pickingsLateUnhealthyCount).toBe(count);
    expect(thresholdsAt(environment, Temporal.Instant.from(at)).statementTimeoutSeconds).toBe(
      environment.thresholds.statementTimeoutSeconds,
    );
  });
});
