import { createTransport } from 'nodemailer';
import { bodyOf, subjectOf } from '../../core/alert/index.ts';
import type { ChannelWay } from '../../core/estate/index.ts';
import type { OutboxMessage } from '../../ports/alert-store.ts';
import type { Delivery } from '../../ports/notifier.ts';

type EmailWay = Extract<ChannelWay, { readonly kind: 'email' }>;

/** Everything that an e-mail way refers to, resolved. */
export interface MailServer {
  readonly host: string;
  readonly auth: { readonly user: string; readonly pass: string } | undefined;
}

const patienceMs = 8_000;

/** 5xx answers about this message are for good; the rest (greylisting, a full disk, no connection) may pass. */
function isFinal(error: unknown): boolean {
  const { responseCode, command } = error as { readonly responseCode?: unknown; readonly command?: unknown };
  // A password that is refused now may be put right within the day.
  const isAboutMessage = command !== 'AUTH' && command !== 'CONN' && command !== 'EHLO';
  return typeof responseCode === 'number' && responseCode >= 500 && responseCode < 600 && isAboutMessage;
}

/**
 * What became of a mail that the server took for some of its recipients. It is tried again for all while one of the rest may
 * still be taken: those who have it can tell the repetition by its `Message-ID`.
 */
function deliveryOf(rejected: readonly Error[]): Delivery {
  if (rejected.length === 0) return { kind: 'accepted' };
  const problem = rejected.map(({ message }) => message).join('; ');
  return { kind: 'refused', problem: problem.replaceAll(/\s+/g, ' ').slice(0, 200), isFinal: rejected.every(isFinal) };
}

/** Sends one mail. The id of the message is its `Message-ID`: mailboxes and people can tell a repetition by it. */
export async function sendMail(
  way: EmailWay,
  server: MailServer,
  message: OutboxMessage,
  signal: AbortSignal,
): Promise<Delivery> {
  const transport = createTransport({
    host: server.host,
    port: way.port,
    secure: way.security === 'tls',
    requireTLS: way.security === 'starttls',
    ignoreTLS: way.security === 'none',
    ...(server.auth === undefined ? {} : { auth: server.auth }),
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    // Nothing in a message makes us read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const stop = (): void => transport.close();
  signal.addEventListener('abort', stop, { once: true });
  const domain = way.from.slice(way.from.lastIndexOf('@') + 1);
  try {
    const { rejectedErrors = [] } = await transport.sendMail({
      from: way.from,
      to: [...message.recipients],
      subject: subjectOf(message.message),
      text: bodyOf(message.message).join('\n'),
      messageId: `<${message.id}@${domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Plimsoll-Alert': message.message.alert },
    });
    return deliveryOf(rejectedErrors);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { kind: 'refused', problem: problem.replaceAll(/\s+/g, ' ').slice(0, 200), isFinal: isFinal(error) };
  } finally {
    signal.removeEventListener('abort', stop);
    transport.close();
  }
}
