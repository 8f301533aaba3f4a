import { describe, expect, test } from 'vitest';
import { estate } from '../../../test/alert/alert-ground.ts';
import { locked, world } from '../../../test/alert/alert-world.ts';
import type { OutboxMessage } from '../../ports/alert-store.ts';
import type { Delivery } from '../../ports/notifier.ts';
import { deliverDue } from './deliver.ts';
import { lookAtAlerts } from './look.ts';
import { judgeReadiness } from './ready.ts';

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
