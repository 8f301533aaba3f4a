import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createMemorySampleStore } from '../../adapters/memory/samples.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { exampleIncident } from '../../ports/incident-store.contract.ts';
import { createApiClient, routes } from '../contract/index.ts';
import { wireFake } from '../wire-fake.ts';
import { createApp } from './create-app.ts';

const runtime = wireFake({});
const now = Temporal.Instant.from('2026-11-20T12:00:00Z');
const ago = (minutes: number): Temporal.Instant => now.subtract({ minutes });
const actor = { kind: 'controller', name: 'observer' } as const;
const person = { kind: 'user', name: 'ada' } as const;

/** A room of an incident that began ten minutes ago, over a store of its own. */
async function room(environments: readonly string[]) {
  const store = createMemoryStore();
  const deps = {
    ...runtime.deps,
    store,
    samples: createMemorySampleStore(),
    clock: { ...runtime.deps.clock, now: () => now },
  };
  const app = createApp(deps, new AbortController().signal);
  const client = createApiClient({
    baseUrl: 'http://localhost',
    fetch: async (url, init) => app.request(String(url), init),
  });
  const incident = exampleIncident({
    ...{ environment: environments[0] ?? null, environments, alerts: ['alert-1'], state: 'acknowledged' },
    ...{ faultStart: { at: ago(10), because: 'it began then' }, detectedAt: ago(9), recoveredAt: null },
  });
  await store.incidents.put([incident]);
  const write = async (
    at: Temporal.Instant,
    type: string,
    subject: string,
    data: Record<string, string>,
    who: typeof actor | typeof person = actor,
  ) => store.ledger.append({ actor: who, type, subject, data }, at);
  const timeline = async () =>
    (await client.call(routes.getIncident, { params: { id: incident.id } })).timeline.map(
      ({ title, detail }) => `${title}${detail === null ? '' : `: ${detail}`}`,
    );
  const around = async (name: string) => (await client.call(routes.getTimeline, { params: { name }, query: {} })).items;
  return { store, incident, write, timeline, around };
}

describe('the timeline of an incident room (INC-03)', () => {
  test('holds the release that went before, a setting that drifted, its alerts and what was done, oldest first', async () => {
    const { store, incident, write, timeline } = await room(['acme-prod']);
    const environment = 'environment/acme-prod';
    await write(ago(600), 'environment.software-changed', environment, { reason: 'installed: of yesterday' });
    await write(ago(20), 'environment.software-changed', environment, { reason: 'installed: delivery_dhl' });
    const drift = {
      key: 'drift',
      code: 'REDIS_NOT_PERSISTING',
      severity: 'warning',
      environment: 'acme-prod',
    } as const;
    const said = { subject: 'redis', reason: 'appendonly became no.', action: 'Set it back.', evidence: {} };
    await store.findings.reconcile({ source: 'health', environment: 'acme-prod' }, [{ ...drift, ...said }], ago(15));
    await write(ago(9), 'alert.opened', 'alert/alert-1', { reason: 'psql holds it' });
    await write(ago(8), 'alert.opened', `alert/${randomUUID()}`, { reason: 'of another incident' });
    await write(ago(7), 'incident.acknowledged', `incident/${incident.id}`, {}, person);
    await write(ago(5), 'incident.action-ended', `incident/${incident.id}`, {}, person);
    expect(await timeline()).toEqual([
      'environment software changed by observer: installed: delivery_dhl',
      'REDIS_NOT_PERSISTING on redis: appendonly became no.',
      'alert opened by observer: psql holds it',
      'incident acknowledged by ada',
      'incident action ended by ada',
    ]);
  });

  test('of several environments tells each, by its name', async () => {
    const names = runtime.deps
      .estate()
      .estate.environments.map(({ name }) => name)
      .slice(0, 2);
    const { write, timeline } = await room(names);
    for (const name of names)
      await write(ago(20), 'environment.software-changed', `environment/${name}`, { reason: name });
    expect(await timeline()).toEqual(names.map((name) => `${name}: environment software changed by observer: ${name}`));
  });

  test('the timeline of each environment that suffers holds the incident, with the way to its room (OBS-07)', async () => {
    const names = runtime.deps
      .estate()
      .estate.environments.map(({ name }) => name)
      .slice(0, 2);
    const { incident, write, around } = await room(names);
    await write(ago(20), 'environment.declaration-changed', `environment/${names[1]}`, {
      reason: 'declared anew: workers',
    });
    const items = (await around(names[1] ?? '')).filter(({ kind }) => kind === 'incident' || kind === 'change');
    expect(items.map(({ title, link, tone }) => [title, link, tone])).toEqual([
      [`Incident: ${incident.title}`, `/incidents/${incident.id}`, 'bad'],
      ['environment declaration changed by observer', '/ledger', 'neutral'],
    ]);
  });
});
