import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { openReceiver } from '../../../test/alerts/receiver.ts';
import type { Channel, ChannelWay } from '../../core/estate/index.ts';
import { exampleDraft } from '../../ports/alert-store.contract.ts';
import type { OutboxMessage } from '../../ports/alert-store.ts';
import { createNotifier } from './notifier.ts';

const at = Temporal.Instant.from('2026-11-27T15:22:00Z');
const base = exampleDraft('k');
const message: OutboxMessage = {
  ...base,
  ...{
    id: '7b6c2f0e-0c9b-4f7e-9a53-0d8f5a3c1d11',
    state: 'waiting',
    attempts: 1,
    writtenAt: at,
    settledAt: null,
    problem: null,
  },
  message: {
    ...base.message,
    ...{
      impact: 'Rotterdam: 214 parcels will miss DHL 17:00, 38 min left',
      summary: '<b>psql</b> holds *stock_picking*',
    },
    ...{
      environment: 'acme-prod',
      services: ['shipment-confirmation'],
      response: ['Look who holds it.'],
      startedAt: '2026-11-27T15:21:40Z',
    },
  },
};

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0)) await close();
});

const notifier = createNotifier(async (value) => (typeof value === 'string' ? value : `secret of ${value.name}`));
const channel = (way: ChannelWay): Channel => ({ name: 'c', way, place: { file: '', line: 0, column: 0 } });
const send = (way: ChannelWay, what = message) => notifier.send(channel(way), what, AbortSignal.timeout(10_000));

async function receiver(answer?: Parameters<typeof openReceiver>[0]) {
  const opened = await openReceiver(answer);
  cleanUp.push(opened.close);
  return opened;
}

interface Mail {
  readonly to: readonly string[];
  readonly text: string;
  readonly user: string | undefined;
}

async function mailServer(options: ConstructorParameters<typeof SMTPServer>[0] = {}) {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      stream.on('end', () => {
        mails.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          text,
          user: session.user as string | undefined,
        });
        done();
      });
    },
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  const way: ChannelWay = {
    kind: 'email',
    host: '127.0.0.1',
    port,
    security: 'none',
    from: 'plimsoll@northsea.example',
    login: undefined,
    password: undefined,
  };
  return { mails, way };
}

describe('mail, to a real SMTP server', () => {
  test('reaches the one on call with the impact as its subject, and is known by its Message-ID', async () => {
    const { mails, way } = await mailServer();
    expect(await send(way)).toEqual({ kind: 'accepted' });
    const [mail] = mails;
    expect(mail?.to).toEqual(['ada@northsea.example']);
    expect(mail?.text).toContain('Subject: [page] Rotterdam: 214 parcels will miss DHL 17:00, 38 min left');
    expect(mail?.text).toContain(`Message-ID: <${message.id}@northsea.example>`);
    expect(mail?.text).toContain('Auto-Submitted: auto-generated');
    expect(mail?.text).toContain('1. Look who holds it.');
  });
  test('signs in with what the references resolve to', async () => {
    const seen: string[] = [];
    const { mails, way } = await mailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        seen.push(`${username} ${password}`);
        done(null, { user: username });
      },
    });
    await send({ ...way, login: 'plimsoll', password: { source: 'env', name: 'MAIL' } } as ChannelWay);
    expect(seen).toEqual(['plimsoll secret of MAIL']);
    expect(mails[0]?.user).toBe('plimsoll');
  });
  test('a recipient that is refused for good is not tried again; a server that is busy or away is', async () => {
    const refusing = await mailServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such user'), { responseCode: 550 })),
    });
    expect(await send(refusing.way)).toMatchObject({ kind: 'refused', isFinal: true });
    const busy = await mailServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('try later'), { responseCode: 451 })),
    });
    expect(await send(busy.way)).toMatchObject({ kind: 'refused', isFinal: false });
    expect(await send({ ...busy.way, port: 1 } as ChannelWay)).toMatchObject({ kind: 'refused', isFinal: false });
  });
  test('one of several recipients who is refused is not lost among those who have it (SLO-05)', async () => {
    const refuse = (responseCode: number) =>
      mailServer({
        onRcptTo: ({ address }, _session, done) =>
          address.startsWith('bob') ? done(Object.assign(new Error('not now'), { responseCode })) : done(),
      });
    const both = { ...message, recipients: ['ada@northsea.example', 'bob@northsea.example'] };
    const busy = await refuse(451);
    expect(await send(busy.way, both)).toMatchObject({ kind: 'refused', isFinal: false });
    expect(busy.mails.map(({ to }) => to)).toEqual([['ada@northsea.example']]);
    const unknown = await refuse(550);
    expect(await send(unknown.way, both)).toMatchObject({ kind: 'refused', isFinal: true });
  });
  test('a server without the encryption that is asked for gets nothing', async () => {
    const { mails, way } = await mailServer();
    expect(await send({ ...way, security: 'starttls' } as ChannelWay)).toMatchObject({ kind: 'refused' });
    expect(mails).toEqual([]);
  });
});

describe('HTTP receivers', () => {
  test('our own webhook gets everything, with a key by which it can tell a repetition', async () => {
    const { url, received } = await receiver();
    await send({ kind: 'webhook', url, token: { source: 'env', name: 'HOOK' } });
    expect(received[0]?.headers).toMatchObject({
      'idempotency-key': message.id,
      authorization: 'Bearer secret of HOOK',
    });
    expect(received[0]?.body).toMatchObject({
      version: 1,
      id: message.id,
      kind: 'firing',
      impact: message.message.impact,
      people: [{ name: 'ada' }],
    });
  });
  test('Slack and Teams get their own forms, with their marks taken as text', async () => {
    const { url, received } = await receiver();
    await send({ kind: 'slack', url, token: undefined });
    await send({ kind: 'teams', url, token: undefined });
    expect(received[0]?.body).toMatchObject({ text: '[page] Rotterdam: 214 parcels will miss DHL 17:00, 38 min left' });
    expect(JSON.stringify(received[0]?.body)).toContain('&lt;b&gt;psql&lt;/b&gt;');
    expect(received[1]?.body).toMatchObject({ type: 'message', attachments: [{ content: { type: 'AdaptiveCard' } }] });
    expect(JSON.stringify(received[1]?.body)).toContain(String.raw`\\*stock\\_picking\\*`);
  });
  test('an Alertmanager gets labels that stay the same from beginning to end', async () => {
    const { url, received } = await receiver();
    const way = { kind: 'alertmanager', url: `${url}/`, token: undefined } as const;
    await send(way);
    const over = { ...message.message, kind: 'resolved', endedAt: '2026-11-27T15:30:00Z' } as const;
    await send(way, { ...message, message: over });
    const bodies = received.map(({ body }) => (body as { labels: object; endsAt: string }[])[0]);
    expect(received[0]?.path).toBe('/api/v2/alerts');
    expect(bodies[0]?.labels).toEqual(bodies[1]?.labels);
    expect(bodies[1]?.endsAt).toBe('2026-11-27T15:30:00Z');
  });
  test('what is refused for good is told apart from what may pass, and redirects lead nowhere', async () => {
    const statuses = [400, 404, 429, 500, 302];
    const { url, received } = await receiver((_, count) => statuses[count - 1] ?? 200);
    const said = [];
    for (const _ of statuses) said.push(await send({ kind: 'webhook', url, token: undefined }));
    expect(said.map((each) => each.kind === 'refused' && each.isFinal)).toEqual([true, false, false, false, false]);
    expect(received.map(({ path }) => path)).not.toContain('/elsewhere');
  });
  test('an address is never told: it may be the secret', async () => {
    const dead = await send({ kind: 'slack', url: 'http://127.0.0.1:1/T000/hunter2', token: undefined });
    const wrong = await send({ kind: 'slack', url: 'ftp://hunter2', token: undefined });
    expect(dead).toMatchObject({ kind: 'refused', isFinal: false });
    expect(JSON.stringify([dead, wrong])).not.toContain('hunter2');
  });
});
