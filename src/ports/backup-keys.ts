/** A key of a backup repository as it is shown: never its private half. */
export interface BackupKey {
  readonly kind: 'seal' | 'sign';
  /** As manifests name it: `age-…`, `ed25519-…`. */
  readonly id: string;
  /** The age recipient, or the public Ed25519 key in PEM. */
  readonly publicKey: string;
  /** `undefined` where its file does not say. */
  readonly createdAt: Temporal.Instant | undefined;
  /** What is written from now on is sealed to it, or signed with it. */
  readonly isCurrent: boolean;
}

/** Files of a key ring, as the Repository document names them. The private ones only their owner can read. */
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

/** A ring of which some keys are kept elsewhere: in a variable, or on another machine. */
export type PartialRingFiles = { readonly [File in keyof KeyRingFiles]: KeyRingFiles[File] | undefined } & {
  /** Where a second identity is made with the first one, to be moved to a safe place. */
  readonly recovery?: string | undefined;
};

/** The keys of one repository, on the machine that keeps them. */
export interface BackupKeyRing<Files extends PartialRingFiles = PartialRingFiles> {
  readonly files: Files;
  /**
   * Makes what is missing, and answers the files that it made. Keys are never overwritten, and one that was cut short is finished;
   * where recipients exist, no identity is drawn: it could not open what was sealed to them.
   */
  create(now: Temporal.Instant): Promise<readonly string[]>;
  /** Newest first; empty where none were made. */
  list(): Promise<readonly BackupKey[]>;
  /**
   * Adds a new key of the kind, which is used from now on. Old identities go on opening what was sealed to them, and old signers
   * go on being believed. With `retire`, new content is sealed to the new recipient and to those kept elsewhere; otherwise to the
   * old ones too. Throws KEY_UNUSABLE where there is none to rotate, or a file that it needs is not declared.
   */
  rotate(kind: BackupKey['kind'], now: Temporal.Instant, options?: { readonly retire?: boolean }): Promise<BackupKey>;
  /** Removes an identity that opens nothing any more. Throws KEY_UNUSABLE for one that is current, or not here. */
  drop(id: string): Promise<void>;
}
