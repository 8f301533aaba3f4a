import { describe, expect, test } from 'vitest';
import { estate, now as start } from '../../../test/alert/alert-ground.ts';
import { createMemoryCoordination } from '../../adapters/memory/coordination.ts';
import { createMemorySampleStore } from '../../adapters/memory/samples.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import type { FindingDraft, Sample } from '../../core/observe/index.ts';
import type { OutboxMessage } from '../../ports/alert-store.ts';
import type { Delivery } from '../../ports/notifier.ts';
import { acknowledgeAlert } from './acknowledge.ts';
import { afterAttempt, deliverDue, giveUpAfterSeconds, mostAttempts } from './deliver.ts';
import { lookAtAlerts } from './look.ts';
import { judgeReadiness } from './ready.ts';

const locked: FindingDraft = {
  ...{
    key: 'business:TABLE_LOCKED:stock_picking',
    code: 'TABLE_LOCKED',
    severity: 'critical',
    environment: 'acme-prod',
  },
  ...{ subject: 'stock_picking', reason: 'somebody-in-psql (pid 4711) holds stock_picking.', action: 'End it.' },
  evidence: { area: 'business', services: 'shipment-confirmation', heldSeconds: 12, application: 'somebody-in-psql' },
};

function world() {
  let now = start;
  let ids = 0;
  const sent: OutboxMessage[] = [];
  let answer: () => Delivery = () => ({ kind: 'accepted' });
  const store = createMemoryStore();
  const samples = createMemorySampleStore();
  const deps = {
    ...{ store, samples, estate: () => estate, actor: { kind: 'controller', name: 'alerting' } as const },
    clock: { now: () => now },
    newId: () => {
      ids += 1;
      return `alert-${ids}`;
    },
    notifier: {
      send: async (_channel: unknown, message: OutboxMessage) => {
        sent.push(message);
        return answer();
      },
    },
  };
  return {
    deps,
    sent,
    pass: (seconds: number) => {
      now = now.add({ seconds });
    },
    answers: (next: () => Delivery) => {
      answer = next;
    },
    find: (drafts: readonly FindingDraft[]) =>
      store.findings.reconcile({ source: 'health', environment: 'acme-prod' }, drafts, now),
  };
}

const backlog = (value: number, direction = 'outgoing', metric = 'odoo_picking_backlog_count'): Sample => ({
  ...{ environment: 'acme-prod', metric, at: start.subtract({ seconds: 30 }), value },
  labels: { warehouse: 'WH', direction, state: 'assigned' },
});

describe('a look at alerts', () => {
  test('a lock pages the one on call once, with what waits for the lorry, and its end is told', async () => {
    const { deps, sent, find, pass } = world();
    await deps.samples.write([backlog(214), backlog(31, 'incoming')]);
    await find([locked]);
    for (let looks = 0; looks < 4; looks += 1) {
      await lookAtAlerts(deps);
      await deliverDue(deps);
      pass(5);
    }
    expect(sent.map(({ channel, message }) => `${channel} ${message.kind}`).toSorted()).toEqual([
      'mail firing',
      'pager firing',
    ]);
    expect(sent[0]?.message.impact).toBe('Rotterdam: 214 parcels are at risk for DHL 17:00, 38 min left');
    expect(sent[0]?.message.summary).toContain('somebody-in-psql');
    await find([]);
    await lookAtAlerts(deps);
    pass(60);
    await lookAtAlerts(deps);
    await deliverDue(deps);
    expect(sent.slice(2).map(({ message }) => message.kind)).toEqual(['resolved', 'resolved']);
    const types = (await deps.store.ledger.tail({ limit: 50, subject: 'alert/alert-1' })).map(({ type }) => type);
    expect(types).toEqual([
      'alert.opened',
      'alert.told',
      'notification.sent',
      'notification.sent',
      'alert.resolved',
      'alert.told',
      'notification.sent',
      'notification.sent',
    ]);
  });
  test('two controllers that look at once tell it once', async () => {
    const { deps, find } = world();
    await find([locked]);
    await Promise.all([lookAtAlerts(deps), lookAtAlerts(deps)]);
    expect(await deps.store.alerts.list({ includeResolved: true, limit: 9 })).toHaveLength(1);
    expect(await deps.store.outbox.list({ limit: 9 })).toHaveLength(2);
  });
  test('a look that dies before it is over has done nothing, and the next does it all', async () => {
    const { deps, find } = world();
    await find([locked]);
    const dying = {
      ...deps,
      store: {
        ...deps.store,
        transaction: (work: Parameters<typeof deps.store.transaction>[0]) =>
          deps.store.transaction(async (inside) => {
            await work(inside);
            throw new Error('killed');
          }) as never,
      },
    };
    await expect(lookAtAlerts(dying)).rejects.toThrow('killed');
    expect(await deps.store.outbox.list({ limit: 9 })).toEqual([]);
    expect(await lookAtAlerts(deps)).toMatchObject({ changed: 1, messages: 2 });
  });
  test('SLO-05: an unacknowledged alert reaches the next level, a taken one does not, and both are in the ledger', async () => {
    const one = world();
    await one.find([locked]);
    await lookAtAlerts(one.deps);
    one.pass(301);
    await lookAtAlerts(one.deps);
    expect(
      (await one.deps.store.outbox.list({ limit: 9 })).filter(({ message }) => message.team === 'lead'),
    ).toHaveLength(1);
    const two = world();
    await two.find([locked]);
    await lookAtAlerts(two.deps);
    const taken = await acknowledgeAlert(two.deps, 'alert-1', { kind: 'user', name: 'ada' });
    two.pass(301);
    await lookAtAlerts(two.deps);
    expect(taken).toMatchObject({ acknowledgedBy: 'ada' });
    expect((await two.deps.store.outbox.list({ limit: 9 })).some(({ message }) => message.team === 'lead')).toBe(false);
    const entries = await two.deps.store.ledger.tail({ limit: 9, subject: 'alert/alert-1' });
    expect(entries.at(-1)).toMatchObject({ type: 'alert.acknowledged', actor: { name: 'ada' } });
  });
  test('who could not be told is written down', async () => {
    const { deps, find } = world();
    await find([{ ...locked, code: 'BUSINESS_STOPPED' }]);
    await lookAtAlerts({ ...deps, estate: () => ({ ...estate, channels: [] }) });
    const [told] = (await deps.store.ledger.tail({ limit: 9 })).filter(({ type }) => type === 'alert.told');
    expect(told?.data).toMatchObject({ to: [], unreached: expect.stringContaining('platform') });
  });
});

describe('delivery', () => {
  test('a receiver that is away is tried again, later each time, until it takes the message', async () => {
    const { deps, sent, find, pass, answers } = world();
    await find([locked]);
    await lookAtAlerts(deps);
    answers(() => ({ kind: 'refused', problem: 'away', isFinal: false }));
    const waits: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      const before = sent.length;
      await deliverDue(deps);
      if (sent.length > before) waits.push(second);
      pass(1);
    }
    expect(waits).toEqual([0, 5, 15, 35, 75]);
    answers(() => ({ kind: 'accepted' }));
    pass(600);
    await deliverDue(deps);
    expect((await deps.store.outbox.list({ limit: 9 })).map(({ state }) => state)).toEqual(['sent', 'sent']);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(2);
  });
  test('and is given up at last, which is a finding that somebody sees', async () => {
    const { deps, find, answers } = world();
    await find([locked]);
    await lookAtAlerts(deps);
    answers(() => ({ kind: 'refused', problem: 'no such address', isFinal: true }));
    await deliverDue(deps);
    await judgeReadiness(deps);
    const codes = (await deps.store.findings.list({ includeClosed: false, limit: 50 })).map(
      ({ code, severity }) => `${code} ${severity}`,
    );
    expect(codes).toContain('NOTIFICATION_UNDELIVERED critical');
    expect(codes).toContain('SERVICE_WITHOUT_RUNBOOK warning');
    expect(codes).toContain('ON_CALL_MISSING warning');
  });
  test('no message lives for ever', () => {
    const message = { attempts: mostAttempts, writtenAt: start } as OutboxMessage;
    const away = { kind: 'refused', problem: 'away', isFinal: false } as const;
    expect(afterAttempt(message, away, start).kind).toBe('failed');
    expect(afterAttempt({ ...message, attempts: 2 }, away, start.add({ seconds: giveUpAfterSeconds + 1 })).kind).toBe(
      'failed',
    );
    expect(afterAttempt({ ...message, attempts: 2 }, away, start).kind).toBe('again');
  });
  test('a message for a channel that is declared no more is given up with that reason', async () => {
    const { deps, sent, find } = world();
    await find([locked]);
    await lookAtAlerts(deps);
    await deliverDue({ ...deps, estate: () => ({ ...estate, channels: [] }) });
    expect(sent).toEqual([]);
    expect((await deps.store.outbox.list({ limit: 1 }))[0]).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('declared no more'),
    });
  });
});

test('a slot of looking is begun once, whichever controller asks', async () => {
  const coordination = createMemoryCoordination();
  const begun = await Promise.all(['a', 'b'].map((me) => coordination.beginSlot('alerts/look', 7, me, start)));
  expect(begun.filter(Boolean)).toHaveLength(1);
});

describe('a page that does not arrive', () => {
  /** The team of the fixture, with another way to reach the next one. */
  const withSms = {
    ...estate,
    teams: estate.teams.map((team) =>
      team.name === 'lead'
        ? { ...team, notify: [...team.notify, { channel: 'sms', urgencies: ['page'] as const }] }
        : team,
    ),
    channels: [...estate.channels, ...estate.channels.slice(0, 1).map((each) => ({ ...each, name: 'sms' }))],
  };
  const broken = (): Delivery => ({ kind: 'refused', problem: 'no route to host', isFinal: false });

  async function failing(declared: typeof estate, deliveries: number) {
    const ground = world();
    const deps = { ...ground.deps, estate: () => declared };
    const arrived: string[] = [];
    const send = async (channel: { readonly name: string }, message: OutboxMessage): Promise<Delivery> => {
      if (channel.name === 'pager') return broken();
      arrived.push(`${message.message.team} by ${channel.name}: ${message.message.note}`);
      return { kind: 'accepted' };
    };
    const all = { ...deps, notifier: { send } };
    await ground.find([locked]);
    await lookAtAlerts(all);
    for (let times = 0; times < deliveries; times += 1) {
      await deliverDue(all);
      ground.pass(20);
    }
    return { all, arrived, ground };
  }

  test('a team that was reached only that way hears of the end that way, once', async () => {
    const { all, arrived, ground } = await failing(withSms, 30);
    const before = arrived.length;
    await ground.find([]);
    for (const seconds of [5, 60, 5, 5]) {
      await lookAtAlerts(all);
      await deliverDue(all);
      ground.pass(seconds);
    }
    expect(arrived.slice(before).filter((each) => each.startsWith('lead by sms'))).toHaveLength(1);
    const ends = (await all.store.outbox.list({ limit: 99 })).filter(({ message }) => message.kind === 'resolved');
    expect(ends.map(({ channel, message }) => `${message.team} by ${channel}`).toSorted()).toEqual([
      'lead by sms',
      'platform by mail',
      'platform by pager',
    ]);
  });
  test('one that nobody was called another way for ends as it was told', async () => {
    const { all, ground } = await failing(withSms, 2);
    await ground.find([]);
    for (const seconds of [5, 60, 5]) {
      await lookAtAlerts(all);
      ground.pass(seconds);
    }
    const ends = (await all.store.outbox.list({ limit: 99 })).filter(({ message }) => message.kind === 'resolved');
    expect(ends.map(({ channel }) => channel).toSorted()).toEqual(['mail', 'pager']);
  });

  test('goes to the next team by another channel, once, says so, and is a finding while it is tried on', async () => {
    const { all, arrived } = await failing(withSms, 30);
    expect(arrived.filter((each) => each.startsWith('lead'))).toEqual([
      'lead by sms: pager did not reach platform: no route to host. Lead has no on-call schedule.'.replace(
        'Lead',
        'lead',
      ),
    ]);
    const [alert] = await all.store.alerts.list({ includeResolved: false, limit: 1 });
    const entries = await all.store.ledger.tail({ subject: `alert/${alert?.id}`, limit: 99 });
    expect(entries.filter(({ type }) => type === 'notification.rerouted')).toMatchObject([
      { data: { from: 'pager', instead: 'platform', channel: 'sms', team: 'lead', reason: 'no route to host' } },
    ]);
    await judgeReadiness(all);
    const findings = await all.store.findings.list({ includeClosed: false, limit: 99 });
    expect(findings.filter(({ code }) => code === 'NOTIFICATION_UNDELIVERED')).toMatchObject([
      { severity: 'critical', subject: 'channel/pager' },
    ]);
  });
  test('waits for two minutes of trying, and reaches nobody else where no other way is declared', async () => {
    expect((await failing(withSms, 6)).arrived.some((each) => each.startsWith('lead'))).toBe(false);
    expect((await failing(estate, 30)).arrived.some((each) => each.startsWith('lead'))).toBe(false);
  });
});
