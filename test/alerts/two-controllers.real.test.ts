import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPostgresStore } from '../../src/adapters/postgres/index.ts';
import { claimSeconds } from '../../src/workflows/alert/deliver.ts';
import { createTestDatabase } from '../embedded-store.ts';
import { eventually, type ServeProcess, startServe } from '../serve.ts';
import { openReceiver, type Received } from './receiver.ts';
import { ownerOfPort } from './socket-owner.ts';

const database = await createTestDatabase();
const store = createPostgresStore(database.sql);
const work = await mkdtemp(join(tmpdir(), 'plimsoll-two-'));
let receiver: Awaited<ReturnType<typeof openReceiver>>;
let controllers: readonly [ServeProcess, ServeProcess];
/** What the pager answers; a status of 0 is no answer at all. */
let answers: (received: Received, count: number) => number = () => 200;

const estateAt = (pager: string): string => `kind: Estate
name: northsea
---
kind: Tier
name: critical
---
kind: Environment
name: acme-prod
tier: critical
stage: production
platform: host
odoo: { version: "19.0", database: acme }
owner: platform
---
kind: Team
name: platform
contact: platform@northsea.example
notify: [{ channel: pager }]
---
kind: Channel
name: pager
webhook: { url: "${pager}" }
`;

/** The first controller makes the owner, and the second finds them there. */
const serveAs = (name: string): Promise<ServeProcess> =>
  startServe({ estate: work, state: join(work, name), environment: { PLIMSOLL_DATABASE_URL: database.url } });

beforeEach(async () => {
  answers = () => 200;
  await database.sql`TRUNCATE plimsoll.alert, plimsoll.external_alert, plimsoll.outbox, plimsoll.incident CASCADE`;
  receiver = await openReceiver((received, count) => answers(received, count));
  await writeFile(join(work, 'estate.yaml'), estateAt(receiver.url));
  controllers = [await serveAs('one'), await serveAs('two')];
});

afterEach(async () => {
  await Promise.all(controllers.map(({ kill }) => kill('SIGKILL')));
  await receiver.close();
});
afterAll(() => rm(work, { recursive: true, force: true }));

const trouble = () =>
  store.alerts.takeExternal(
    [
      {
        fingerprint: 'f1',
        labels: { alertname: 'OrdersStandStill', environment: 'acme-prod', severity: 'critical' },
        annotations: { summary: 'No order was confirmed for 10 min.' },
        ...{ startsAt: Temporal.Now.instant(), endsAt: null },
      },
    ],
    Temporal.Now.instant(),
  );

/** Later slots have been begun by whoever lives: whatever could be done a second time, would have been. */
async function severalMoreLooks(): Promise<void> {
  const slot = async () => {
    const [row] = await database.sql<{ slot: string }[]>`
      SELECT slot FROM plimsoll.slot WHERE work = 'alerts/look'`;
    return Number(row?.slot ?? 0);
  };
  const from = await slot();
  await eventually(60, async () => ((await slot()) >= from + 3 ? true : undefined));
}

const survivorOf = (pid: number): ServeProcess => (controllers[0].pid === pid ? controllers[1] : controllers[0]);
async function killOwner(port: number): Promise<ServeProcess> {
  const pid = await ownerOfPort(
    port,
    controllers.map((each) => each.pid),
  );
  if (pid === undefined) throw new Error('no controller has that connection');
  await controllers.find((each) => each.pid === pid)?.kill('SIGKILL');
  return survivorOf(pid);
}

/** One incident, one alert, one message, and every page that went out carries its id. */
async function expectOne(pages: number): Promise<void> {
  const incidents = await store.incidents.list({ limit: 9 });
  const messages = await store.outbox.list({ limit: 9 });
  expect(incidents.map(({ title }) => title)).toEqual(['OrdersStandStill on OrdersStandStill (acme-prod)']);
  const alerts = await store.alerts.list({ includeResolved: true, limit: 99 });
  expect(alerts.filter(({ code }) => code === 'OrdersStandStill')).toHaveLength(1);
  expect(messages.map(({ state }) => state)).toEqual(['sent']);
  expect(receiver.received.map(({ headers }) => headers['idempotency-key'])).toEqual(
    Array.from({ length: pages }, () => messages[0]?.id),
  );
  const opened = (await store.ledger.tail({ subject: `incident/${incidents[0]?.id}`, limit: 9 })).map(
    ({ type }) => type,
  );
  expect(opened.filter((type) => type === 'incident.opened')).toHaveLength(1);
}

const sent = () =>
  eventually(60, async () => ((await store.outbox.list({ limit: 9 }))[0]?.state === 'sent' ? true : undefined));

describe('two controllers on one database (INC-01, SLO-05)', () => {
  test('one trouble opens one incident and sends one page, however often both look', async () => {
    await trouble();
    await sent();
    await severalMoreLooks();
    await expectOne(1);
  });

  test('one that is killed in the middle of a look has done nothing, and the other does it all, once', async () => {
    // Nothing can be written to the outbox: the look stops after it has written alert and incident, before the page.
    const held = await database.sql.reserve();
    await held`BEGIN`;
    await held`LOCK TABLE plimsoll.outbox IN EXCLUSIVE MODE`;
    await trouble();
    const port = await eventually(60, async () => {
      const [row] = await database.sql<{ client_port: number }[]>`
        SELECT client_port FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
          AND query ILIKE '%INSERT INTO plimsoll.outbox%'`;
      return row?.client_port;
    });
    const survivor = await killOwner(port);
    await held`COMMIT`;
    held.release();
    await sent();
    await severalMoreLooks();
    await expectOne(1);
    expect(survivor.written().errors).not.toContain('unhandled');
  });

  test('one that is killed with a page in flight loses nothing: the other sends it again, under the same id', async () => {
    answers = (_, count) => (count === 1 ? 0 : 200);
    await trouble();
    const first = await eventually(60, async () => receiver.received[0]);
    await killOwner(first.senderPort);
    // The claim of the dead runs out; the test does not wait the minute that it lasts.
    await database.sql`UPDATE plimsoll.outbox SET claimed_until = claimed_until - make_interval(secs => ${claimSeconds})`;
    await sent();
    await severalMoreLooks();
    await expectOne(2);
  });
});
