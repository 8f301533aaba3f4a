import { beforeEach, describe, expect, test } from 'vitest';
import { estate, now } from '../../../test/alert/alert-ground.ts';
import { shared } from '../../../test/alert/shared-ground.ts';
import { openReceiver } from '../../../test/alerts/receiver.ts';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { createMemorySampleStore } from '../../adapters/memory/samples.ts';
import { createNotifier } from '../../adapters/notify/notifier.ts';
import { createPostgresStore, openPool } from '../../adapters/postgres/index.ts';
import { exampleDraft } from '../../ports/alert-store.contract.ts';
import type { Store } from '../../ports/store.ts';
import { deliverDue } from './deliver.ts';
import { lookAtAlerts } from './look.ts';

const database = await createTestDatabase();
const own = createPostgresStore(database.sql);

/** Lets nobody go on before as many have come; bounded, so that a guard which keeps one away shows as such. */
function meetingOf(count: number): () => Promise<void> {
  let come = 0;
  let open: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return async () => {
    come += 1;
    if (come === count) open();
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
  };
}

/** A store as a controller has it, over connections of its own, that meets the other before it writes. */
function storeOf(url: string, meet: () => Promise<void>, isLocked: boolean) {
  const pool = openPool(url, { maxConnections: 2 });
  const store = createPostgresStore(pool);
  const through = (inside: Store): Store => ({
    ...inside,
    alerts: { ...inside.alerts, lock: isLocked ? inside.alerts.lock : async () => {} },
    incidents: {
      ...inside.incidents,
      put: async (incidents) => {
        await meet();
        return inside.incidents.put(incidents);
      },
    },
  });
  const shared: Store = {
    ...store,
    transaction: (work) => store.transaction((inside) => work(through(inside))),
  };
  return { store: shared, end: () => pool.end() };
}

/** A store as it is for a controller that has heard of one environment's trouble only. */
function seeing(store: Store, environment: string): Store {
  const of = (inside: Store): Store => ({
    ...inside,
    alerts: {
      ...inside.alerts,
      external: async (since) =>
        (await inside.alerts.external(since)).filter(({ labels }) => labels['environment'] === environment),
    },
  });
  return { ...of(store), transaction: (work) => store.transaction((inside) => work(of(inside))) };
}

/**
 * Two controllers look at the same moment: at the same trouble, or each at the trouble of another environment that has the same
 * cause; answers what is there then, and who failed.
 */
async function lookTwice(isLocked: boolean, apart?: readonly [string, string]) {
  const meet = meetingOf(2);
  const both = [storeOf(database.url, meet, isLocked), storeOf(database.url, meet, isLocked)];
  const looks = await Promise.allSettled(
    both.map(({ store }, place) =>
      lookAtAlerts({
        ...{
          store: apart === undefined ? store : seeing(store, apart[place] ?? ''),
          samples: createMemorySampleStore(),
          estate: () => (apart === undefined ? estate : shared),
          clock: { now: () => now },
        },
        ...{ newId: () => crypto.randomUUID(), actor: { kind: 'controller', name: 'alerting' } },
      }),
    ),
  );
  await Promise.all(both.map(({ end }) => end()));
  return {
    failed: looks.filter(({ status }) => status === 'rejected').length,
    incidents: (await own.incidents.list({ limit: 9 })).length,
    pages: (await own.outbox.list({ limit: 9 })).filter(({ channel }) => channel === 'pager').length,
  };
}

const empty = async () =>
  void (await database.sql`TRUNCATE plimsoll.alert, plimsoll.external_alert, plimsoll.outbox, plimsoll.incident CASCADE`);

/** Something that stands still in one environment, or the carrier that fails in several. */
async function hear(...environments: readonly string[]): Promise<void> {
  const labels = { alertname: 'OrdersStandStill', environment: 'acme-prod', severity: 'critical' };
  const notice = { fingerprint: 'f1', labels, annotations: {}, startsAt: now, endsAt: null };
  const notices = environments.map((environment) => ({
    ...{ ...notice, fingerprint: environment },
    labels: { alertname: 'CarrierDown', environment, severity: 'critical', integration: 'dhl' },
  }));
  await own.alerts.takeExternal(environments.length === 0 ? [notice] : notices, now);
}

beforeEach(async () => {
  await empty();
  await hear();
});

const dropIndexes = () =>
  database.sql`DROP INDEX plimsoll.alert_open_once; ALTER TABLE plimsoll.incident_hold DROP CONSTRAINT incident_about_once`.simple();

describe('two looks at the same moment (INC-01)', () => {
  test('the lock makes one follow the other: one incident, one page, and nobody fails', async () => {
    expect(await lookTwice(true)).toEqual({ failed: 0, incidents: 1, pages: 1 });
  });
  test('without the lock the database still refuses a second one, and that look fails whole', async () => {
    expect(await lookTwice(false)).toEqual({ failed: 1, incidents: 1, pages: 1 });
  });
  test('one cause in two environments, each seen by another: with the lock one incident, without it one look is refused', async () => {
    const apart = ['acme-prod', 'beta-prod'] as const;
    await empty();
    await hear(...apart);
    expect(await lookTwice(true, apart)).toEqual({ failed: 0, incidents: 1, pages: 1 });
    await empty();
    await hear(...apart);
    expect(await lookTwice(false, apart)).toEqual({ failed: 1, incidents: 1, pages: 1 });
  });
  test('with neither lock nor index there are two incidents and two pages; with the lock alone there is one', async () => {
    await dropIndexes();
    expect(await lookTwice(false)).toEqual({ failed: 0, incidents: 2, pages: 2 });
    await empty();
    await hear('acme-prod', 'beta-prod');
    expect(await lookTwice(false, ['acme-prod', 'beta-prod'])).toEqual({ failed: 0, incidents: 2, pages: 2 });
    await empty();
    await hear();
    expect(await lookTwice(true)).toEqual({ failed: 0, incidents: 1, pages: 1 });
  });
});

/** Two senders at once; `claims` switched off, each takes whatever waits. Answers how many requests went out. */
async function sendTwice(claims: boolean): Promise<number> {
  const receiver = await openReceiver();
  const text = { ...estate, channels: estate.channels.map((each) => ({ ...each })) };
  const channels = text.channels.map((channel) =>
    channel.way.kind === 'webhook' ? { ...channel, way: { ...channel.way, url: receiver.url } } : channel,
  );
  const outbox = {
    ...own.outbox,
    claim: claims
      ? own.outbox.claim
      : async () => (await own.outbox.list({ limit: 9 })).filter(({ state }) => state === 'waiting'),
  };
  await own.outbox.write([exampleDraft('alert-1/firing')], now);
  const meet = meetingOf(2);
  const notifier = createNotifier(async (value) => String(value));
  const deps = {
    ...{ clock: { now: () => now }, store: { ...own, outbox }, estate: () => ({ ...estate, channels }) },
    actor: { kind: 'controller', name: 'alerting' } as const,
    notifier: {
      send: async (...args: Parameters<typeof notifier.send>) => {
        if (!claims) await meet();
        return notifier.send(...args);
      },
    },
  };
  await Promise.all([deliverDue(deps), deliverDue(deps)]);
  await receiver.close();
  return receiver.received.length;
}

describe('two senders at the same moment', () => {
  test('the claim gives the message to one of them', async () => {
    expect(await sendTwice(true)).toBe(1);
  });
  test('without the claim it goes out twice', async () => {
    expect(await sendTwice(false)).toBe(2);
  });
});
