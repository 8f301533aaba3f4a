import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estate, growing, lock, now, waiting } from '../../../test/alert/alert-ground.ts';
import {
  type Alert,
  type AlertSignal,
  type AlertStep,
  acknowledge,
  clearHoldSeconds,
  draftAlerts,
  noiseOf,
  outlivedSeconds,
  planAlerts,
  planMessages,
  subjectOf,
  ticketHoldSeconds,
} from './index.ts';

let ids = 0;
const newId = (): string => {
  ids += 1;
  return `alert-${ids}`;
};

function look(open: readonly Alert[], signals: readonly AlertSignal[], at: Temporal.Instant): readonly AlertStep[] {
  return planAlerts(open, draftAlerts({ estate, signals, exposures: [waiting], now: at }), estate, at, newId);
}

const later = (seconds: number): Temporal.Instant => now.add({ seconds });

/** Looks every five seconds at a script of what signals when. */
function play(script: (second: number) => readonly AlertSignal[], seconds: number) {
  let open: readonly Alert[] = [];
  const notices: string[] = [];
  const closed: Alert[] = [];
  for (let second = 0; second <= seconds; second += 5) {
    const steps = look(open, script(second), later(second));
    notices.push(...steps.flatMap(({ notices: own }) => own.map(({ kind, level }) => `${kind}@${second}/${level}`)));
    const untouched = open.filter(({ id }) => !steps.some(({ alert }) => alert.id === id));
    closed.push(...steps.map(({ alert }) => alert).filter(({ resolvedAt }) => resolvedAt !== null));
    open = [...untouched, ...steps.map(({ alert }) => alert).filter(({ resolvedAt }) => resolvedAt === null)];
  }
  return { notices, open, closed };
}

describe('one notification (SLO-06)', () => {
  test('a page is told at once and once, however often it is seen, and its end is told', () => {
    const { notices, closed } = play((second) => (second < 200 ? [lock()] : []), 300);
    expect(notices).toEqual(['firing@0/0', `resolved@${200 + clearHoldSeconds}/0`]);
    expect(closed).toHaveLength(1);
  });
  test('firing that comes and goes makes one notification, and is counted', () => {
    const { notices, open } = play((second) => (second % 20 < 10 ? [lock()] : []), 280);
    expect(notices).toEqual(['firing@0/0']);
    expect(open[0]?.repeats).toBe(14);
  });
  test('and without the hold it would be one message each time', () => {
    const eager = (alert: Alert): Alert => ({
      ...alert,
      clearSince: alert.clearSince?.subtract({ hours: 1 }) ?? null,
    });
    let open: readonly Alert[] = [];
    let told = 0;
    for (let second = 0; second <= 280; second += 5) {
      const steps = look(open, second % 20 < 10 ? [lock()] : [], later(second));
      told += steps.flatMap(({ notices }) => notices).filter(({ kind }) => kind === 'firing').length;
      open = steps
        .map(({ alert }) => alert)
        .filter(({ resolvedAt }) => resolvedAt === null)
        .map(eager);
    }
    expect(told).toBeGreaterThan(10);
  });
  test('what can wait is told when it has lasted, and not at all when it has not', () => {
    const slow = lock({ code: 'LATENCY_HIGH', theme: 'LATENCY_HIGH', class: 'degraded' });
    expect(play(() => [slow], 200).notices).toEqual([`firing@${ticketHoldSeconds}/0`]);
    expect(play((second) => (second < 100 ? [slow] : []), 300).notices).toEqual([]);
  });
  test('something that becomes urgent is told again, because then somebody must come', () => {
    const young = lock({ class: 'degraded' });
    expect(play((second) => [second < 150 ? young : lock()], 200).notices).toEqual([
      `firing@${ticketHoldSeconds}/0`,
      'worse@150/0',
    ]);
  });
  test('what follows from an outage gets time to recover when that is over, and is told when it does not', () => {
    const slow = lock({ code: 'LATENCY_HIGH', theme: 'LATENCY_HIGH', class: 'degraded' });
    const told = (until: number) =>
      play((second) => [...(second < 100 ? [lock()] : []), ...(second < until ? [slow] : [])], 1_000).notices;
    expect(told(600).filter((each) => each.startsWith('firing'))).toEqual(['firing@0/0']);
    expect(told(2_000).filter((each) => each.startsWith('firing'))).toEqual([
      'firing@0/0',
      `firing@${100 + outlivedSeconds}/0`,
    ]);
  });
  test('a cut-off that follows from an outage is told as soon as it outlives it', () => {
    const script = (second: number) => [...(second < 100 ? [lock()] : []), growing()];
    const { notices } = play(script, 250);
    expect(notices.filter((each) => each.startsWith('firing'))).toEqual(['firing@0/0', 'firing@100/0']);
  });
});

describe('escalation (SLO-05)', () => {
  test('a page that nobody takes goes to the next, and stays there: the ladder has an end although it is declared as a circle', () => {
    expect(play(() => [lock()], 3_600).notices).toEqual(['firing@0/0', 'escalation@300/1']);
  });
  test('a ticket goes on only where its team declares it, after its own time, and not in quiet hours', () => {
    const ticket = lock({ environment: 'acme-test', services: [] });
    const declared = (ticketsAfter: number | undefined) => ({
      teams: estate.teams.map((team) => ({ ...team, escalateTicketsAfterSeconds: ticketsAfter })),
    });
    const [drafted] = draftAlerts({ estate, signals: [ticket], exposures: [], now });
    if (drafted === undefined) throw new Error('no draft');
    const drafts = [{ ...drafted, owner: 'platform' }];
    const night = Temporal.Instant.from('2026-11-27T23:00:00Z');
    const morning = Temporal.Instant.from('2026-11-28T06:00:00Z');
    const goes = (teams: ReturnType<typeof declared>, begun: Temporal.Instant, at: Temporal.Instant) => {
      const [opened] = planAlerts([], drafts, teams, begun, newId);
      const ripe = begun.add({ seconds: ticketHoldSeconds });
      const [told] = planAlerts(opened === undefined ? [] : [opened.alert], drafts, teams, ripe, newId);
      expect(told?.notices).toMatchObject([{ kind: 'firing', urgency: 'ticket' }]);
      const [after] = planAlerts(told === undefined ? [] : [told.alert], drafts, teams, at, newId);
      return after?.notices ?? [];
    };
    const hour = later(ticketHoldSeconds + 3_600);
    expect(goes(declared(3_600), now, hour)).toEqual([{ kind: 'escalation', level: 1, urgency: 'ticket' }]);
    expect(goes(declared(3_600), now, hour.subtract({ seconds: 1 }))).toEqual([]);
    expect(goes(declared(undefined), now, later(1_000_000))).toEqual([]);
    // The team was told at seven: its hour begins then.
    expect(goes(declared(3_600), night, morning.add({ seconds: 3_599 }))).toEqual([]);
    expect(goes(declared(3_600), night, morning.add({ seconds: 3_600 }))).toHaveLength(1);
  });
  test('a page that somebody takes goes no further', () => {
    const [first] = look([], [lock()], now);
    const taken = acknowledge(first?.alert as Alert, 'ada', later(60));
    expect(look([taken], [lock()], later(400)).flatMap(({ notices }) => notices)).toEqual([]);
    expect(acknowledge(taken, 'bo', later(70))).toBe(taken);
  });
});

describe('who is told where', () => {
  const [step] = look([], [lock()], now);
  const alert = step?.alert as Alert;
  const page = { kind: 'firing', level: 0, urgency: 'page' } as const;

  test('the one on call, by every channel of the team that takes pages', () => {
    const { drafts, unreached } = planMessages(estate, alert, page, now);
    expect(drafts.map(({ channel, recipients, dueAt }) => [channel, recipients, dueAt])).toEqual([
      ['pager', [], now],
      ['mail', ['ada@northsea.example'], now],
    ]);
    expect(drafts[0]?.message.people.map(({ name }) => name)).toEqual(['ada']);
    expect(unreached).toBeNull();
    expect(subjectOf(drafts[0]?.message as never)).toBe(
      '[page] Rotterdam: 214 parcels are at risk for DHL 17:00, 38 min left',
    );
  });
  test('quiet hours hold back what can wait, and nothing else', () => {
    const night = Temporal.Instant.from('2026-11-27T22:30:00Z');
    const morning = Temporal.Instant.from('2026-11-28T06:00:00Z');
    const dueAt = (urgency: 'page' | 'ticket') =>
      planMessages(estate, alert, { ...page, urgency }, night).drafts.at(-1)?.dueAt;
    expect(dueAt('ticket')).toEqual(morning);
    expect(dueAt('page')).toEqual(night);
  });
  test('and without quiet hours the ticket would come in the night', () => {
    const night = Temporal.Instant.from('2026-11-27T23:00:00Z');
    const ticket = { ...page, urgency: 'ticket' } as const;
    const loud = { ...estate, teams: estate.teams.map((team) => ({ ...team, quietHours: undefined })) };
    const due = (declared: typeof estate) =>
      planMessages(declared, alert, ticket, night).drafts.map(({ dueAt }) => dueAt.toString());
    expect(due(loud)).toEqual([night.toString()]);
    expect(due(estate)).toEqual(['2026-11-28T06:00:00Z']);
  });
  test('a team that no channel reaches is said to be unreached, not passed over', () => {
    expect(planMessages(estate, { ...alert, owner: 'floor' }, page, now)).toMatchObject({
      drafts: [],
      unreached: { team: 'floor' },
    });
    expect(planMessages(estate, { ...alert, owner: null }, page, now).unreached?.reason).toBe('no team answers for it');
  });
  test('the end is told to everybody who was called', () => {
    const { drafts } = planMessages(estate, alert, { kind: 'resolved', level: 1, urgency: 'page' }, now);
    expect(new Set(drafts.map(({ message }) => message.team))).toEqual(new Set(['platform', 'lead']));
  });
  test('a subject is one line, whatever the message holds', () => {
    const { drafts } = planMessages(estate, { ...alert, impact: 'a\r\nBcc: everybody' }, page, now);
    expect(subjectOf(drafts[0]?.message as never)).not.toMatch(/[\r\n]/);
  });
});

test('a look that sees the same again changes nothing, for any mix of signals', () => {
  const pool = [
    lock(),
    growing(),
    lock({ key: 'x', code: 'DISK_NEARLY_FULL', theme: 'DISK_NEARLY_FULL', class: 'degraded' }),
  ];
  fc.assert(
    fc.property(fc.subarray(pool), (signals) => {
      const first = look([], signals, now);
      const again = look(
        first.map(({ alert }) => alert),
        signals,
        now,
      );
      expect(again.flatMap(({ changes, notices }) => [...changes, ...notices])).toEqual([]);
      expect(again.map(({ alert }) => alert)).toEqual(first.map(({ alert }) => alert));
    }),
  );
});

describe('grouping (SLO-06)', () => {
  const all: readonly AlertSignal[] = [
    lock(),
    lock({ key: 'journey', code: 'JOURNEY_FAILED', subject: 'ship-order' }),
    lock({ key: 'stopped', code: 'BUSINESS_STOPPED', subject: 'orders' }),
  ];
  const called = (signals: readonly AlertSignal[]): number =>
    look([], signals, now).flatMap(({ notices }) => notices).length;
  test('calls once for what stops together; without it each signal would call', () => {
    expect(called(all)).toBe(1);
    // A theme of its own for each signal is what there would be without grouping.
    expect(called(all.map((signal) => ({ ...signal, theme: signal.key })))).toBe(3);
  });
});

test('SLO-06: noise is what was told and over before anybody took it', () => {
  const { closed } = play((second) => (second < 30 ? [lock()] : []), 300);
  const taken = closed.map((alert) => ({ ...alert, acknowledgedAt: now }));
  expect(noiseOf(closed)).toMatchObject({ alerts: 1, messages: 1, nobodyNeededRatio: 1 });
  expect(noiseOf(closed).byCode).toMatchObject([{ code: 'TABLE_LOCKED', pages: 1, nobodyNeeded: 1, brief: 1 }]);
  expect(noiseOf([...closed, ...taken]).nobodyNeededRatio).toBe(0.5);
  expect(noiseOf([]).nobodyNeededRatio).toBeNull();
});
