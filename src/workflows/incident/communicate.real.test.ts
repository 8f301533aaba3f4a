import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { estate as declared, lock, now as start } from '../../../test/alert/alert-ground.ts';
import { openReceiver } from '../../../test/alerts/receiver.ts';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { createMemorySampleStore } from '../../adapters/memory/samples.ts';
import { createNotifier } from '../../adapters/notify/notifier.ts';
import { createPostgresStore } from '../../adapters/postgres/index.ts';
import type { Channel } from '../../core/estate/index.ts';
import { deliverDue } from '../alert/deliver.ts';
import { lookAtAlerts } from '../alert/look.ts';
import { workOnIncident } from './act.ts';

const database = await createTestDatabase();
const store = createPostgresStore(database.sql);
const mails: string[] = [];
let refusals = 0;
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  logger: false,
  // Greylisting: the first attempt is sent away, and comes back.
  onMailFrom: (_address, _session, done) => {
    if (refusals === 0) {
      refusals += 1;
      done(Object.assign(new Error('come back later'), { responseCode: 451 }));
    } else done();
  },
  onData(stream, session, done) {
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    stream.on('end', () => {
      mails.push(`${session.envelope.rcptTo.map(({ address }) => address).join(',')}\n${text}`);
      done();
    });
  },
});
const receiver = await openReceiver();
let now = start;
let incident: string;

const place = { file: '', line: 0, column: 0 };
const tells = (audience: 'customers' | 'management', to: readonly string[] = []) => ({
  audience,
  to,
  tenants: ['acme'],
});

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await receiver.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

const channels = (): readonly Channel[] => {
  const { port } = smtp.server.address() as AddressInfo;
  const mail = { kind: 'email', host: '127.0.0.1', port, security: 'none', from: 'care@northsea.example' } as const;
  const contact = tells('customers', ['ops@acme.example', 'it@acme.example']);
  return [
    { name: 'acme', way: { ...mail, login: undefined, password: undefined }, tells: contact, place },
    { name: 'board', way: { kind: 'webhook', url: receiver.url, token: undefined }, tells: tells('management'), place },
  ];
};
const estate = () => ({ ...declared, channels: channels() });
const ada = { kind: 'user', name: 'ada' } as const;
const deps = {
  ...{ store, samples: createMemorySampleStore(), estate, clock: { now: () => now } },
  ...{ actor: { kind: 'controller', name: 'alerting' } as const, newId: () => crypto.randomUUID() },
  notifier: createNotifier(async (value) => String(value)),
};
const text = 'Since 16:20 orders are not confirmed. We are working on it.';
const send = (audience: 'users' | 'customers' | 'management', confirm: string | null) =>
  workOnIncident(deps, incident, { do: 'send', template: 'begun', audience, text, confirm }, ada);
const reasons = async (work: ReturnType<typeof send>) => {
  const answer = await work;
  return answer.kind === 'refused' ? answer.reasons.map(({ code }) => code) : [];
};

// One story: each step stands on what the one before left behind.
describe('INC-06: what is said in an incident is sent', () => {
  test('to nobody outside before the name is typed, and to nobody whom no channel tells', async () => {
    const { evidence, ...locked } = lock();
    await store.findings.reconcile(
      { source: 'health', environment: 'acme-prod' },
      [
        {
          ...{ key: locked.key, code: locked.code, severity: 'critical', environment: 'acme-prod' },
          ...{ subject: locked.subject, reason: locked.summary, action: 'End it.' },
          evidence: { ...evidence, area: 'business', services: 'shipment-confirmation' },
        },
      ],
      now,
    );
    await lookAtAlerts(deps);
    incident = (await store.incidents.list({ limit: 1 }))[0]?.id ?? '';
    expect(await reasons(send('customers', null))).toEqual(['COMMUNICATION_UNCONFIRMED']);
    expect(await reasons(send('customers', 'acme-test'))).toEqual(['COMMUNICATION_UNCONFIRMED']);
    expect(await reasons(send('users', 'acme-prod'))).toEqual(['AUDIENCE_UNREACHABLE']);
    await deliverDue(deps);
    expect([mails, receiver.received]).toEqual([[], []]);
  });

  test('once to each address, tried again where the mail server sends it away, and never twice', async () => {
    expect((await send('customers', 'acme-prod')).kind).toBe('done');
    expect((await send('management', null)).kind).toBe('done');
    await deliverDue(deps);
    expect(mails).toEqual([]);
    now = now.add({ seconds: 10 });
    await deliverDue(deps);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain('ops@acme.example,it@acme.example');
    expect(mails[0]).toContain('Subject: shipment-confirmation: disturbed');
    expect(mails[0]).toContain('We are working on it.');
    // Customers are told no cause and no way in: neither what holds the table, nor how to take the alert.
    for (const inside of ['psql', 'TABLE_LOCKED', 'plimsoll alerts']) expect(mails[0]).not.toContain(inside);
    expect(receiver.received.map(({ body }) => body)).toMatchObject([
      { kind: 'communication', audience: 'management', text },
    ]);
    expect(await reasons(send('customers', 'acme-prod'))).toEqual(['COMMUNICATION_REPEATED']);
    now = now.add({ seconds: 3_600 });
    await deliverDue(deps);
    expect(mails).toHaveLength(1);
  });

  test('the ledger says who sent what, and what became of it', async () => {
    const entries = await store.ledger.tail({ subject: `incident/${incident}`, limit: 99 });
    expect(entries.filter(({ type }) => type === 'incident.communication-sent')).toHaveLength(2);
    const outcomes = entries
      .filter(({ type }) => type.startsWith('notification.'))
      .map(({ type, data }) => [type, data['channel'], data['attempts']]);
    expect(outcomes.toSorted()).toEqual([
      ['notification.sent', 'acme', 2],
      ['notification.sent', 'board', 1],
    ]);
    const said = (await store.incidents.get(incident))?.communications;
    expect(said?.map(({ audience, by, channels: sent }) => [audience, by, ...sent])).toEqual([
      ['customers', 'ada', 'acme'],
      ['management', 'ada', 'board'],
    ]);
  });
});
