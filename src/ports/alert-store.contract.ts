import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Alert, OutboxDraft } from '../core/alert/index.ts';
import type { Store } from './store.ts';

const at = Temporal.Instant.from('2026-11-27T15:20:00.123456Z');
const later = (seconds: number): Temporal.Instant => at.add({ seconds });

/** An alert that fills every field, so that what comes back can be compared whole. */
export function exampleAlert(change: Partial<Alert> = {}): Alert {
  const id = randomUUID();
  return {
    ...{
      id,
      key: `acme-${id}/operation`,
      environment: 'acme',
      theme: 'operation',
      class: 'interrupted',
      urgency: 'page',
    },
    ...{
      code: 'TABLE_LOCKED',
      subject: 'stock_picking',
      summary: 'psql keeps everyone from stock_picking',
      weight: 12.5,
    },
    ...{
      impact: 'Rotterdam: 214 parcels are at risk for DHL 17:00, 38 min left',
      because: ['critical business process'],
    },
    ...{
      services: ['shipment-confirmation'],
      sites: ['rotterdam-dc'],
      itemsAtRisk: 214,
      growthPerHour: null,
      level: 0,
    },
    deadline: {
      name: 'DHL',
      site: 'rotterdam-dc',
      siteTitle: 'Rotterdam',
      at: later(2_280),
      timezone: 'Europe/Amsterdam',
    },
    ...{ owner: 'platform', runbook: null, response: ['Finish that transaction'], startedAt: later(-20), partOf: null },
    mayComeFrom: ['integration/dhl'],
    parts: [
      {
        ...{
          key: 'k',
          source: 'health',
          code: 'TABLE_LOCKED',
          subject: 'stock_picking',
          class: 'interrupted',
          summary: 's',
        },
        ...{ startedAt: later(-20), evidence: { pid: 4711, waiting: 2, query: null, isSafe: true } },
      },
    ],
    ...{ openedAt: at, lastSeenAt: at, clearSince: null, resolvedAt: null, repeats: 1, acknowledgedAt: null },
    ...{ acknowledgedBy: null, toldUrgency: 'page', toldAt: at, followedUntil: null, incident: null },
    ...change,
  };
}

/** A message to a pager, due at once. */
export function exampleDraft(dedupeKey: string, dueAt = at): OutboxDraft {
  return {
    ...{ dedupeKey, channel: 'pager', recipients: ['ada@northsea.example'], dueAt },
    message: {
      ...{ kind: 'firing', urgency: 'page', alert: 'a', key: 'k', code: 'TABLE_LOCKED', class: 'interrupted' },
      ...{ environment: null, services: [], impact: 'i', summary: 's', runbook: null, response: [], startedAt: 't' },
      ...{ endedAt: null, team: 'platform', people: [{ name: 'ada', email: undefined }], note: null },
    },
  };
}

/** What every store promises about alerts and messages. */
export function describeAlertStore(open: () => Promise<Store>): void {
  test('alerts come back as they were put: open ones first and the heaviest first', async () => {
    const { alerts } = await open();
    const environment = randomUUID();
    const light = exampleAlert({ environment, weight: 3 });
    const heavy = exampleAlert({ environment, weight: 30, acknowledgedAt: later(9), acknowledgedBy: 'ada' });
    const over = exampleAlert({ environment, weight: 300, resolvedAt: later(60), clearSince: later(30) });
    await alerts.put([light, heavy, over]);
    expect(await alerts.list({ environment, includeResolved: true, limit: 9 })).toEqual([heavy, light, over]);
    expect(await alerts.list({ environment, includeResolved: false, limit: 1 })).toEqual([heavy]);
    const ended = { ...light, resolvedAt: later(90) };
    await alerts.put([ended]);
    expect(await alerts.get(light.id)).toEqual(ended);
    expect(await alerts.get('no-such-id')).toBeUndefined();
    expect((await alerts.openedSince(at)).filter((each) => each.environment === environment)).toHaveLength(3);
    expect(await alerts.openedSince(later(1))).not.toContainEqual(heavy);
  });

  test('alerts from elsewhere end when they say so, or when nothing is heard of them', async () => {
    const { alerts } = await open();
    const fingerprint = randomUUID();
    const notice = { fingerprint, labels: { alertname: 'A' }, annotations: {}, startsAt: at, endsAt: null };
    const heard = async (since: Temporal.Instant) =>
      (await alerts.external(since)).filter((each) => each.fingerprint === fingerprint);
    await alerts.takeExternal([notice], at);
    const { endsAt: _, ...alert } = notice;
    expect(await heard(at)).toEqual([alert]);
    expect(await heard(later(1))).toEqual([]);
    await alerts.takeExternal([{ ...notice, endsAt: later(5) }], later(5));
    expect(await heard(at)).toEqual([]);
  });

  test('forecasts are replaced by newer ones, and forgotten with their backlog', async () => {
    const { alerts } = await open();
    const key = { environment: randomUUID(), service: 'shipping', site: 'dc' };
    const cutOff = { name: 'dhl-cutoff', title: 'DHL', at: later(900), timezone: 'Europe/Amsterdam' };
    const said = { probabilityClears: 0.1, expectedLeft: 21.5, backlog: 40, arrivalsPerHour: 60, drainPerHour: 12 };
    const full = { ...said, warns: true, warnsSince: at, countedAt: at, intervals: 12 };
    await alerts.putForecasts([{ ...key, siteTitle: 'DC', cutOff, said: null, judgedAt: at }]);
    const forecast = { ...key, siteTitle: 'DC', cutOff, said: full, judgedAt: later(60) };
    await alerts.putForecasts([forecast]);
    const own = async () => (await alerts.forecasts()).filter(({ environment }) => environment === key.environment);
    expect(await own()).toEqual([forecast]);
    await alerts.dropForecastsExcept([{ ...key, site: 'other' }]);
    expect(await own()).toEqual([]);
  });

  test('SLO-06: a message is written once under its key, and lost with a transaction that fails', async () => {
    const store = await open();
    const key = randomUUID();
    const mine = async () => (await store.outbox.list({ limit: 1_000 })).filter(({ dedupeKey }) => dedupeKey === key);
    await expect(
      store.transaction(async (inside) => {
        await inside.outbox.write([exampleDraft(key)], at);
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    expect(await mine()).toEqual([]);
    expect(await store.outbox.write([exampleDraft(key), exampleDraft(key)], at)).toBe(1);
    expect(await store.outbox.write([exampleDraft(key)], later(9))).toBe(0);
    expect(await mine()).toMatchObject([{ ...exampleDraft(key), state: 'waiting', attempts: 0, settledAt: null }]);
  });

  test('a due message is taken by one sender at a time, and by another when that one went silent', async () => {
    const { outbox } = await open();
    const [due, notYet]: readonly [string, string] = [randomUUID(), randomUUID()];
    await outbox.write([exampleDraft(due), exampleDraft(notYet, later(600))], at);
    const claim = async (now: Temporal.Instant) =>
      (await outbox.claim({ now, until: now.add({ seconds: 30 }), limit: 1_000 })).filter(({ dedupeKey }) =>
        [due, notYet].includes(dedupeKey),
      );
    const [taken, ...others] = await claim(at);
    expect(others).toEqual([]);
    expect(taken).toMatchObject({ dedupeKey: due, attempts: 1 });
    expect(await claim(later(29))).toEqual([]);
    expect(await claim(later(30))).toMatchObject([{ id: taken?.id, attempts: 2 }]);
    await outbox.settle(taken?.id ?? '', { kind: 'again', dueAt: later(90), problem: 'refused' }, later(31));
    expect(await claim(later(89))).toEqual([]);
    expect(await claim(later(90))).toMatchObject([{ attempts: 3, problem: 'refused' }]);
    await outbox.settle(taken?.id ?? '', { kind: 'sent' }, later(91));
    await outbox.settle(taken?.id ?? '', { kind: 'failed', problem: 'too late to say' }, later(92));
    const [settled] = (await outbox.list({ limit: 1_000 })).filter(({ id }) => id === taken?.id);
    expect(settled).toMatchObject({ state: 'sent', settledAt: later(91), problem: null });
    expect(await claim(later(500))).toEqual([]);
    await outbox.prune(later(200));
    const left = (await outbox.list({ limit: 1_000 })).map(({ dedupeKey }) => dedupeKey);
    expect(left).not.toContain(due);
    expect(left).toContain(notYet);
  });
}
