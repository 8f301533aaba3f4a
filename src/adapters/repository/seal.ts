import { Fault, type Secret } from '../../core/kernel/index.ts';
import type { AgeRecipient } from './age-keys.ts';
import { askThread } from './seal-threads.ts';
import type { Unopened } from './sealing.ts';

export type { Unopened } from './sealing.ts';

/** Compresses (zstd) and then seals (age) to every recipient. */
export async function seal(plain: Uint8Array, recipients: readonly AgeRecipient[]): Promise<Uint8Array> {
  if (recipients.length === 0) {
    throw new Fault('REQUEST_INVALID', 'Nothing is written without an age recipient to seal it to.');
  }
  const sealed = await askThread({ kind: 'seal', plain, recipients: recipients.map(({ text }) => text) });
  if ('reason' in sealed) throw new Fault('BACKUP_FAILED', `Content could not be sealed: ${sealed.detail}`);
  return sealed;
}

/** Opens what `seal` made; at most `mostBytes`, so that a bomb stays small. */
export function unseal(
  sealed: Uint8Array,
  identities: readonly Secret[],
  mostBytes: number,
): Promise<Uint8Array | Unopened> {
  return askThread({ kind: 'unseal', sealed, identities: identities.map((each) => each.reveal()), mostBytes });
}
