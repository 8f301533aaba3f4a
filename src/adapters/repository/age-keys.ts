import { createHash } from 'node:crypto';
import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption';
import { createSecret, Fault, type Secret } from '../../core/kernel/index.ts';

/** A public key that content is sealed to. */
export interface AgeRecipient {
  /** `age1…` as people write it. */
  readonly text: string;
  readonly id: string;
}

/** The id that manifests and sealed files name a key by. */
export const keyIdOf = (recipient: string): string =>
  `age-${createHash('sha256').update(recipient).digest('hex').slice(0, 16)}`;

/** The key ids of identities, as the files that they open name them. */
export const keyIdsOf = (identities: readonly string[]): Promise<readonly string[]> =>
  Promise.all(identities.map(async (identity) => keyIdOf(await identityToRecipient(identity))));

/** Reads `age1…`. Throws REQUEST_INVALID for anything else. */
export function readRecipient(written: string): AgeRecipient {
  const text = written.trim();
  try {
    new Encrypter().addRecipient(text);
  } catch (cause) {
    const shown = JSON.stringify(text.slice(0, 80));
    throw new Fault('REQUEST_INVALID', `${shown} is not an age recipient (age1…).`, { cause });
  }
  return { text, id: keyIdOf(text) };
}

/** Reads the lines of an identity file (`AGE-SECRET-KEY-1…`; `#` begins a comment). Never says what it read. */
export function readIdentities(secret: Secret): readonly Secret[] {
  const lines = secret
    .reveal()
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) {
    try {
      new Decrypter().addIdentity(line);
    } catch {
      // No cause: it could repeat what it read.
      throw new Fault('SECRET_UNRESOLVED', `${secret.origin} does not hold an age identity (AGE-SECRET-KEY-1…).`);
    }
  }
  if (lines.length === 0) throw new Fault('SECRET_UNRESOLVED', `${secret.origin} holds no age identity.`);
  return lines.map((line) => createSecret(secret.origin, line));
}
