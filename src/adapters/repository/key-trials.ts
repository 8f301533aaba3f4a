import type { Secret } from '../../core/kernel/index.ts';
import { keyIdsOf, readIdentities, readRecipient } from './age-keys.ts';
import { seal, unseal } from './seal.ts';
import { readSigner, readVerifiers } from './signing.ts';

export const recipientId = (text: string): string => readRecipient(text).id;
export const identityIds = (secret: Secret): Promise<readonly string[]> =>
  keyIdsOf(readIdentities(secret).map((each) => each.reveal()));
export const signerId = (secret: Secret): string => readSigner(secret).id;
export const verifierIds = (pem: string): readonly string[] => readVerifiers(pem).map(({ id }) => id);

/** Whether the identity opens what is sealed to the recipients: tried, not compared. */
export async function opens(identity: Secret, recipients: readonly string[]): Promise<boolean> {
  const plain = new TextEncoder().encode('is this the key?');
  const sealed = await seal(plain, recipients.map(readRecipient));
  const opened = await unseal(sealed, readIdentities(identity), { mostBytes: plain.length });
  return 'plain' in opened && Buffer.compare(opened.plain, plain) === 0;
}

/** Whether a signature of the key holds: tried, not compared. */
export function signs(secret: Secret): boolean {
  const signer = readSigner(secret);
  const text = new TextEncoder().encode('is this the key?');
  return signer.holds(text, signer.sign(text));
}
