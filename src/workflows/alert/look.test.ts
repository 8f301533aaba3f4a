import { describe, expect, test } from 'vitest';
import { estate, now as start } from '../../../test/alert/alert-ground.ts';
import { backlog, locked, world } from '../../../test/alert/alert-world.ts';
import { createMemoryCoordination } from '../../adapters/memory/coordination.ts';
import type { OutboxMessage } from '../../ports/alert-store.ts';
import { acknowledgeAlert } from './acknowledge.ts';
import { afterAttempt, deliverDue, giveUpAfterSeconds, mostAttempts } from './deliver.ts';
import { lookAtAlerts } from './look.ts';
import { judgeReadiness } from './ready.ts';

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
  test('a carrier that answers nobody puts at risk what waits for its lorry, and one failed call does not (AS-06, AS-16)', async () => {
    const { deps } = world();
    await deps.samples.write([backlog(214)]);
    const labels = {
      alertname: 'CarrierDown',
      environment: 'acme-prod',
      integration: 'dhl',
      service: 'label-printing',
    };
    const notice = { fingerprint: 'dhl', annotations: {}, startsAt: start, endsAt: null };
    const said = async (severity: string) => {
      await deps.store.alerts.takeExternal([{ ...notice, labels: { ...labels, severity } }], start);
      await lookAtAlerts(deps);
      const [alert] = await deps.store.alerts.list({ includeResolved: false, limit: 9 });
      return alert;
    };
    expect(await said('warning')).toMatchObject({ class: 'degraded', itemsAtRisk: null, owner: 'integrations' });
    expect(await said('critical')).toMatchObject({ itemsAtRisk: 214, impact: expect.stringContaining('214 parcels') });
    const [incident] = await deps.store.incidents.list({ limit: 9 });
    expect(incident).toMatchObject({
      boundary: 'partner',
      impact: { itemsAtRisk: 214 },
      impacts: [{ environment: 'acme-prod' }],
    });
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
