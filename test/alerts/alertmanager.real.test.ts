import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPostgresStore } from '../../src/adapters/postgres/index.ts';
import type { FindingDraft } from '../../src/core/observe/index.ts';
import { createTestDatabase } from '../embedded-store.ts';
import { startAlertmanager } from '../prometheus/tools.ts';
import { eventually, type ServeProcess, startServe } from '../serve.ts';

const database = await createTestDatabase();
const store = createPostgresStore(database.sql);
let work: string;
let serve: ServeProcess;
let alertmanager: Awaited<ReturnType<typeof startAlertmanager>>;

/** Everything goes back to Plimsoll, its own alerts included: what a careless routing does. */
const routing = (url: string, tokenFile: string): string => `
route: { receiver: plimsoll, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1s }
receivers:
  - name: plimsoll
    webhook_configs:
      - url: ${url}/api/v1/alerts/alertmanager
        send_resolved: true
        http_config: { authorization: { credentials_file: ${tokenFile} } }
`;

const estateWith = (url: string): string => `kind: Estate
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
kind: BusinessService
name: order-confirmation
environments: [acme-prod]
owner: platform
criticality: critical
---
kind: Team
name: platform
contact: platform@northsea.example
notify: [{ channel: alertmanager }]
---
kind: Channel
name: alertmanager
alertmanager: { url: "${url}" }
---
kind: Runbook
name: orders-stand-still
when: [OrdersStandStill]
owner: platform
steps: [Look at the workers.]
`;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'plimsoll-alertmanager-'));
  const state = join(work, 'state');
  const file = join(work, 'alertmanager.conf');
  // The estate names the Alertmanager, whose routing names the server: it is told where that is once it is there.
  await writeFile(file, routing('http://127.0.0.1:9', join(state, 'operator-token')));
  alertmanager = await startAlertmanager(join(work, 'alertmanager'), file);
  await writeFile(join(work, 'estate.yaml'), estateWith(alertmanager.url));
  serve = await startServe({ estate: work, state, environment: { PLIMSOLL_DATABASE_URL: database.url } });
  await writeFile(file, routing(serve.url, join(state, 'operator-token')));
  expect((await fetch(`${alertmanager.url}/-/reload`, { method: 'POST' })).status).toBe(200);
});

afterAll(async () => {
  await serve?.kill('SIGKILL');
  await alertmanager?.stop();
  if (work !== undefined) await rm(work, { recursive: true, force: true });
});

interface Theirs {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly status: { readonly state: string };
}

/** What the Alertmanager shows as firing, of a code. */
async function firing(code: string): Promise<readonly Theirs[]> {
  const query = `filter=${encodeURIComponent(`alertname="${code}"`)}`;
  return (await (await fetch(`${alertmanager.url}/api/v2/alerts?${query}`)).json()) as Theirs[];
}

async function alertOf(code: string) {
  return (await store.alerts.list({ includeResolved: true, limit: 99 })).filter((alert) => alert.code === code);
}

const lock: FindingDraft = {
  ...{ key: 'TABLE_LOCKED/stock_picking', code: 'TABLE_LOCKED', severity: 'critical', environment: 'acme-prod' },
  ...{ subject: 'stock_picking', reason: 'psql (pid 4711) holds stock_picking.', action: 'End it.' },
  evidence: { area: 'business', services: 'order-confirmation' },
};
const find = (drafts: readonly FindingDraft[]) =>
  store.findings.reconcile({ source: 'relay', environment: 'acme-prod' }, drafts, Temporal.Now.instant());

/** How often the Alertmanager has told us something, as it counts that itself. */
async function told(): Promise<number> {
  const text = await (await fetch(`${alertmanager.url}/metrics`)).text();
  return Number(/^alertmanager_notifications_total\{integration="webhook"\} (\d+)/m.exec(text)?.[1] ?? 0);
}

describe('a real Alertmanager', () => {
  test('shows an alert of ours in its API and no more when it is over; what it sends back of it opens nothing', async () => {
    await find([lock]);
    const [theirs] = await eventually(60, async () => {
      const found = await firing('TABLE_LOCKED');
      return found.length > 0 ? found : undefined;
    });
    const [ours] = await alertOf('TABLE_LOCKED');
    expect(theirs?.labels).toMatchObject({
      ...{ alert: ours?.id, severity: 'page', team: 'platform', environment: 'acme-prod' },
    });
    expect(theirs?.annotations['summary']).toBe(ours?.impact);
    expect(theirs?.status.state).toBe('active');
    // It has told us of it, several times: nothing came of that.
    await eventually(60, async () => ((await told()) >= 3 ? true : undefined));
    expect(await database.sql`SELECT 1 FROM plimsoll.external_alert`).toHaveLength(0);
    await find([]);
    await eventually(120, async () => ((await firing('TABLE_LOCKED')).length === 0 ? true : undefined));
    expect((await alertOf('TABLE_LOCKED'))[0]?.resolvedAt).not.toBeNull();
    expect(await alertOf('TABLE_LOCKED')).toHaveLength(1);
  });

  test('opens an alert with us, with owner, impact and runbook, repeats itself in vain, and closes it', async () => {
    const said = (endsAt: Temporal.Instant) =>
      fetch(`${alertmanager.url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(
          ['web-1', 'web-2'].map((instance) => ({
            ...{ startsAt: startsAt.toString(), endsAt: endsAt.toString() },
            annotations: { summary: 'No order was confirmed for 10 min.' },
            labels: {
              ...{ alertname: 'OrdersStandStill', environment: 'acme-prod', service: 'order-confirmation' },
              ...{ severity: 'critical', instance },
            },
          })),
        ),
      });
    const startsAt = Temporal.Now.instant().subtract({ seconds: 5 });
    const before = await told();
    expect((await said(startsAt.add({ hours: 1 }))).status).toBe(200);
    const open = await eventually(60, async () => (await alertOf('OrdersStandStill'))[0]);
    expect(open).toMatchObject({
      ...{ environment: 'acme-prod', owner: 'platform', runbook: 'orders-stand-still', urgency: 'page' },
      ...{ services: ['order-confirmation'], response: ['Look at the workers.'], resolvedAt: null },
      impact: 'order-confirmation is interrupted in acme-prod; no work that waits for a cut-off is known to suffer',
    });
    expect(open.parts.map(({ subject }) => subject).toSorted()).toEqual(['web-1', 'web-2']);
    await eventually(60, async () => ((await told()) >= before + 4 ? true : undefined));
    expect((await said(Temporal.Now.instant())).status).toBe(200);
    await eventually(120, async () => ((await alertOf('OrdersStandStill'))[0]?.resolvedAt != null ? true : undefined));
    expect(await alertOf('OrdersStandStill')).toHaveLength(1);
    const messages = await store.outbox.list({ alert: open.id, limit: 9 });
    expect(messages.map(({ message }) => message.kind).toSorted()).toEqual(['firing', 'resolved']);
    const incidents = (await store.incidents.list({ limit: 9 })).filter(({ cause }) => cause.code === open.code);
    expect(incidents).toMatchObject([{ state: 'review', owner: 'platform', runbook: 'orders-stand-still' }]);
  });
});
