import { z } from 'zod';

const written = z.strictObject({ cipherPass: z.string().min(1), salt: z.string() });

/** What opens pgBackRest's repository, as a backup carries it. */
export function formatPassphrase(cipherPass: string, salt: string): string {
  return `${JSON.stringify({ cipherPass, salt })}\n`;
}

/** Reads it back; `undefined` where the content is no passphrase. */
export function readPassphrase(text: string): string | undefined {
  try {
    return written.parse(JSON.parse(text)).cipherPass;
  } catch {
    // What it holds instead must not reach an error message: it may be a passphrase all the same.
    return undefined;
  }
}
