import { describe, expect, test } from 'vitest';
import { overviewAt } from '../../../../test/portal/overview.ts';
import { agendaOf, mondayFrom } from './agenda.ts';
import { threeAnswers } from './answers.ts';
import { describeFact, formatAvailability, formatFigure } from './figures.ts';
import { judgementStaleAfterSeconds, rankEnvironments, verdictNow } from './judgement.ts';
import { portalPath, returnPath } from './links.ts';

const now = Temporal.Instant.from('2026-11-21T14:46:00Z');
const troubled = await overviewAt(now, 'troubled');
const calm = await overviewAt(now, 'calm');
const healthy = { health: 'healthy', reasons: [] } as const;
const ago = (seconds: number) => now.subtract({ seconds }).toString();

describe('a judgement ages', () => {
  test('up to the limit it stands, beyond it reads as unknown (OBS-09)', () => {
    const verdict = { ...healthy, reasons: [] };
    expect(verdictNow(verdict, ago(judgementStaleAfterSeconds), now).health).toBe('healthy');
    expect(verdictNow(verdict, ago(judgementStaleAfterSeconds + 1), now).health).toBe('unknown');
    expect(verdictNow(verdict, null, now).health).toBe('unknown');
  });
});

describe('worst first', () => {
  test('business outranks infrastructure, unknown outranks degraded, production outranks the rest', () => {
    const unseen = { ...troubled.environments[0], name: 'unseen-prod', business: { health: 'unknown', reasons: [] } };
    const environments = [...troubled.environments, unseen as (typeof troubled.environments)[number]];
    const names = rankEnvironments(environments).map((each) => each.name);
    expect(names).toEqual(['acme-prod', 'unseen-prod', 'acme-training', 'polder-prod', 'savannah-prod']);
  });
});

describe('the three answers', () => {
  test('a freeze counts for the environments of its own site, and says until when in that site’s time', () => {
    const frozen = troubled.environments.filter(({ change }) => !change.isAllowed);
    expect(frozen.map(({ name, change }) => [name, ...change.reasons])).toEqual([
      ['acme-training', 'stock-count-freeze at gdansk-hub forbids changes until 2026-11-30 00:00 (Europe/Warsaw).'],
    ]);
    expect(threeAnswers(troubled, now)[2]).toMatchObject({
      environment: 'acme-training',
      reason: expect.stringContaining('3 of 4 environments may be changed. stock-count-freeze'),
    });
  });

  test('on a bad and on a good day', () => {
    expect(threeAnswers(troubled, now).map((each) => each.word)).toEqual(['Yes', 'Not everything', 'Not everywhere']);
    expect(threeAnswers(calm, now).map((each) => each.word)).toEqual(['No', 'Yes', 'Yes']);
  });

  test('no proven restore is never a yes', () => {
    const answered = (verifiedCount: number) =>
      threeAnswers({ ...calm, recovery: { verifiedCount, environmentCount: 6 } }, now)[1];
    expect(answered(0)).toMatchObject({ word: 'Not known', tone: 'unknown' });
    expect(answered(5)).toMatchObject({ word: 'Not everything', tone: 'degraded' });
    expect(answered(6)).toMatchObject({ word: 'Yes', tone: 'healthy' });
  });

  test('late work outranks a merely slow system', () => {
    const environments = calm.environments.map((each) =>
      each.name === 'savannah-prod' ? { ...each, backlog: { ...each.backlog, lateCount: 1 } } : each,
    );
    expect(threeAnswers({ ...calm, environments }, now)[0]).toMatchObject({
      word: 'Some work is late',
      environment: 'savannah-prod',
    });
  });
});

describe('the week', () => {
  test('a freeze stands on every day it touches, in its site’s zone; a cut-off after midnight UTC on its own local day', () => {
    const base = { site: 'auckland', timezone: 'Pacific/Auckland', service: null, profile: null };
    const freeze = { ...base, name: 'f', kind: 'freeze', at: '2026-11-17T11:00:00Z', until: '2026-11-19T11:00:00Z' };
    const cutOff = { ...base, name: 'c', kind: 'cut-off', at: '2026-11-18T11:30:00Z', until: null };
    const days = agendaOf(Temporal.PlainDate.from('2026-11-16'), [freeze, cutOff]);
    expect(days.map((day) => day.occurrences.map((each) => each.name))).toEqual([
      [],
      [],
      ['f'],
      ['f', 'c'],
      [],
      [],
      [],
    ]);
  });

  test('a week from a broken address is this week', () => {
    const today = Temporal.PlainDate.from('2026-11-21');
    expect(mondayFrom('not-a-date', today).toString()).toBe('2026-11-16');
    expect(mondayFrom('2026-11-05', today).toString()).toBe('2026-11-02');
  });
});

describe('figures', () => {
  test('carry their unit', () => {
    expect(formatFigure(0.0382, 'seconds')).toBe('38.2 ms');
    expect(formatFigure(18_420_000_000, 'bytes')).toBe('17 GiB');
    expect(formatFigure(0.38, 'ratio')).toBe('38 %');
    expect(formatFigure(188, 'per-hour')).toBe('188 /h');
    expect(formatFigure(0, 'boolean')).toBe('no');
    expect(formatFigure(Number.NaN, 'count')).toBe('unknown');
    expect(describeFact('waitingSeconds', 94)).toEqual({ label: 'Waiting', value: '94 s' });
  });

  test('an availability is rounded down: 99.999 % is not 100 %', () => {
    expect(formatAvailability(0.99999)).toBe('99.99 %');
    expect(formatAvailability(1)).toBe('100 %');
    expect(formatAvailability(null)).toBe('unknown');
  });
});

describe('links from outside', () => {
  test.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', 'x'])(
    '%s leads nowhere',
    (link) => {
      expect(portalPath(link)).toBeUndefined();
      expect(returnPath(link)).toBe('/');
    },
  );

  test('a path of the portal is kept', () => {
    expect(portalPath('/journeys?run=run-1')).toBe('/journeys?run=run-1');
  });
});
