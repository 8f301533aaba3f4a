import type { ChannelWay, PlainOrSecret } from '../../core/estate/index.ts';
import type { OutboxMessage } from '../../ports/alert-store.ts';
import type { Delivery, Notifier } from '../../ports/notifier.ts';
import { alertmanagerBody, slackBody, teamsBody, webhookBody } from './bodies.ts';
import { sendMail } from './email.ts';
import { postJson } from './http.ts';

type Resolve = (value: PlainOrSecret) => Promise<string>;
type HttpWay = Exclude<ChannelWay, { readonly kind: 'email' }>;

const bodies: Readonly<Record<HttpWay['kind'], (message: OutboxMessage) => unknown>> = {
  webhook: webhookBody,
  slack: slackBody,
  teams: teamsBody,
  alertmanager: alertmanagerBody,
};

async function post(way: HttpWay, message: OutboxMessage, resolve: Resolve, signal: AbortSignal): Promise<Delivery> {
  const base = await resolve(way.url);
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) {
    // The address may be a secret, so it is not repeated.
    return { kind: 'refused', problem: 'the address of the channel is not an http address', isFinal: false };
  }
  const url = way.kind === 'alertmanager' ? `${base.replace(/\/+$/, '')}/api/v2/alerts` : base;
  const token = way.token === undefined ? {} : { authorization: `Bearer ${await resolve(way.token)}` };
  try {
    return await postJson(url, bodies[way.kind](message), { 'idempotency-key': message.id, ...token }, signal);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    const name = error instanceof Error ? error.name : 'error';
    return { kind: 'refused', problem: `the receiver does not answer (${code ?? name})`, isFinal: false };
  }
}

/** Hands messages to mail servers and HTTP receivers. Addresses and passwords are resolved at each attempt and never told. */
export function createNotifier(resolve: Resolve): Notifier {
  return {
    async send({ way }, message, signal) {
      if (way.kind !== 'email') return post(way, message, resolve, signal);
      const host = await resolve(way.host);
      const auth =
        way.login === undefined || way.password === undefined
          ? undefined
          : { user: await resolve(way.login), pass: await resolve(way.password) };
      return sendMail(way, { host, auth }, message, signal);
    },
  };
}
