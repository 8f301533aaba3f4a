import type { Channel } from '../core/estate/index.ts';
import type { OutboxMessage } from './alert-store.ts';

/** What the other side said. A fault that is thrown is tried again, like a refusal that is not final. */
export type Delivery =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly problem: string; readonly isFinal: boolean };

/**
 * Hands a message to a channel. Sent at least once: the id of the message goes along (as an `Idempotency-Key`, as the
 * `Message-ID` of a mail), so that a receiver can tell a repetition.
 */
export interface Notifier {
  send(channel: Channel, message: OutboxMessage, signal: AbortSignal): Promise<Delivery>;
}
