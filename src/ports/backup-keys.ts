/** A key of a backup repository as it is shown: never its private half. */
export interface BackupKey {
  readonly kind: 'seal' | 'sign';
  /** As manifests name it: `age-…`, `ed25519-…`. */
  readonly id: string;
  /** The age recipient, or the public Ed25519 key in PEM. */
  readonly publicKey: string;
  readonly createdAt: Temporal.Instant;
  /** What is written from now on is sealed to it, or signed with it. */
  readonly isCurrent: boolean;
}

/** Files of a key ring, to be named in the Repository document. The private ones only their owner can read. */
export interface KeyRingFiles {
  /** `identity`: age identities, newest first, as `age -d -i` reads them. Opens everything; keep a copy elsewhere. */
  readonly identity: string;
  /** `sealedTo`: one recipient a line. */
  readonly recipients: string;
  /** `signingKey`: the private Ed25519 key in PEM that signs now. */
  readonly signingKey: string;
  /** `trustedSigners`: the public keys of all that ever signed, in PEM. */
  readonly signers: string;
}

/** The keys of one repository, on the machine that keeps them. */
export interface BackupKeyRing {
  readonly files: KeyRingFiles;
  /** Makes the first keys. Throws REQUEST_INVALID where there are some: keys are never overwritten. */
  create(now: Temporal.Instant): Promise<readonly BackupKey[]>;
  /** Newest first; empty where none were made. */
  list(): Promise<readonly BackupKey[]>;
  /**
   * Adds a new key of the kind, which is used from now on. Old identities go on opening what was sealed to them, and old signers
   * go on being believed. With `retire`, new content is sealed to the new recipient alone; otherwise to the old ones too.
   */
  rotate(kind: BackupKey['kind'], now: Temporal.Instant, options?: { readonly retire?: boolean }): Promise<BackupKey>;
}
