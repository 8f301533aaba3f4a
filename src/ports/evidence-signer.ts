/** Signs what this Plimsoll has shown, so that a copy of the statement proves itself. */
export interface EvidenceSigner {
  /** Which key signs: `ed25519-…`, the beginning of the SHA-256 of its public half. */
  readonly keyId: string;
  /** Base64 of the Ed25519 signature over the text's UTF-8. */
  sign(text: string): string;
  isSignedBy(text: string, signature: string): boolean;
}
