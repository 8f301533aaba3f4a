import { Fault, type Secret } from '../../core/kernel/index.ts';
import { handOver } from '../host/buffers.ts';
import type { AgeRecipient } from './age-keys.ts';
import { askThread } from './seal-threads.ts';
import type { Expectation, Unopened, Unsealed } from './sealing.ts';

export type { Unopened, Unsealed } from './sealing.ts';

const couldNot = (what: string, detail: string): Fault =>
  new Fault('BACKUP_FAILED', `Content could not be ${what}: ${detail}`);

/**
 * Compresses (zstd) and then seals (age) to every recipient. Plain bytes that are given away go to the thread that seals
 * without being copied, and are empty here from then on.
 */
export async function seal(
  plain: Uint8Array,
  recipients: readonly AgeRecipient[],
  { isGivenAway = false }: { readonly isGivenAway?: boolean | undefined } = {},
): Promise<Uint8Array> {
  if (recipients.length === 0) {
    throw new Fault('REQUEST_INVALID', 'Nothing is written without an age recipient to seal it to.');
  }
  const task = { kind: 'seal', plain, recipients: recipients.map(({ text }) => text) } as const;
  const answer = await askThread(task, isGivenAway ? handOver(plain) : []);
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
  const answer = await askThread({ kind: 'unseal', sealed, identities: revealed, expected }, handOver(sealed));
  if (!(answer instanceof Uint8Array)) return answer;
  throw couldNot('opened', 'it was sealed instead');
}
