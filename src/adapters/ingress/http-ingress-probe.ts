import { connect, type TLSSocket } from 'node:tls';
import type { IngressReading } from '../../core/observe/index.ts';
import type { IngressProbe } from '../../ports/ingress-probe.ts';
import { createHttpWebProbe } from '../web-probe/http-web-probe.ts';

interface Options {
  readonly resolveUrl: () => Promise<string>;
  readonly now: () => Temporal.Instant;
  readonly fetch?: typeof fetch;
}

/** A certificate is looked at this often: it changes once in months. */
const certificateEverySeconds = 3_600;

/** When the certificate that is shown there ends, trusted or not; `null` where none is shown in time. */
export function readCertificateEnd(url: URL, signal: AbortSignal): Promise<Temporal.Instant | null> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    // An expired certificate is just what is looked for: it must be read, though nothing is sent over it.
    const socket: TLSSocket = connect({
      host,
      port: url.port === '' ? 443 : Number(url.port),
      servername: host,
      rejectUnauthorized: false,
    });
    const end = (instant: Temporal.Instant | null): void => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(instant);
    };
    const stop = (): void => end(null);
    signal.addEventListener('abort', stop, { once: true });
    socket.once('error', stop);
    socket.once('secureConnect', () => {
      const milliseconds = Date.parse(socket.getPeerCertificate().valid_to ?? '');
      end(Number.isNaN(milliseconds) ? null : Temporal.Instant.fromEpochMilliseconds(milliseconds));
    });
  });
}

/** Asks the public address for Odoo's health page, and looks at its certificate where it is encrypted. */
export function createHttpIngressProbe({ resolveUrl, now, fetch: ask }: Options): IngressProbe {
  let seen: { readonly url: string; readonly at: Temporal.Instant; readonly end: Temporal.Instant | null } | undefined;
  const certificate = async (url: URL, isNeeded: boolean, signal: AbortSignal): Promise<Temporal.Instant | null> => {
    if (url.protocol !== 'https:') return null;
    const isRecent =
      seen?.url === url.href && seen.end !== null && now().since(seen.at).total('seconds') < certificateEverySeconds;
    if (!isRecent || isNeeded) seen = { url: url.href, at: now(), end: await readCertificateEnd(url, signal) };
    return seen?.end ?? null;
  };
  return {
    probe: async ({ timeoutSeconds, signal }): Promise<IngressReading> => {
      const url = new URL(await resolveUrl());
      const web = createHttpWebProbe({ url: url.href, ...(ask === undefined ? {} : { fetch: ask }) });
      const { outcome, status, seconds, detail } = await web.probe('web', { timeoutSeconds, signal });
      const deadline = AbortSignal.timeout(timeoutSeconds * 1_000);
      const both = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
      const certificateExpiresAt = await certificate(url, outcome !== 'up', both);
      // A page that is not there was still answered by whoever stands behind the door.
      const isAnswered = outcome === 'error' && status !== null && status < 500;
      return { outcome: isAnswered ? 'up' : outcome, status, seconds, detail, certificateExpiresAt };
    },
  };
}
