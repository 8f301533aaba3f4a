import { Fault, type Secret } from '../../core/kernel/index.ts';
import type { AgeRecipient } from './age-keys.ts';
import { askThread } from './seal-threads.ts';
import type { Expectation, Unopened, Unsealed } from './sealing.ts';

export type { Unopened, Unsealed } from './sealing.ts';

const couldNot = (what: string, detail: string): Fault =>
  new Fault('BACKUP_FAILED', `Content could not be ${what}: ${detail}`);

/** Compresses (zstd) and then seals (age) to every recipient. */
export async function seal(plain: Uint8Array, recipients: readonly AgeRecipient[]): Promise<Uint8Array> {
  if (recipients.length === 0) {
    throw new Fault('REQUEST_INVALID', 'Nothing is written without an age recipient to seal it to.');
  }
  const answer = await askThread({ kind: 'seal', plain, recipients: recipients.map(({ text }) => text) });
  if (answer instanceof Uint8Array) return answer;
  throw couldNot('sealed', 'reason' in answer ? answer.detail : 'it was opened instead');
}

/**
 * Opens what `seal` made. The sealed bytes are given away: a buffer that is theirs alone goes to the thread that opens it
 * without being copied, and is empty here from then on.
 */
export async function unseal(
  sealed: Uint8Array,
  identities: readonly Secret[],
  expected: Expectation,
): Promise<Unsealed | Unopened> {
  const revealed = identities.map((each) => each.reveal());
  const givenAway = sealed.byteLength === sealed.buffer.byteLength ? [sealed.buffer as ArrayBuffer] : [];
  const answer = await askThread({ kind: 'unseal', sealed, identities: revealed, expected }, givenAway);
  if (!(answer instanceof Uint8Array)) return answer;
  throw couldNot('opened', 'it was sealed instead');
}
