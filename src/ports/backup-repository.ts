import type { BackupManifest, ContentPiece, FilestoreMark } from '../core/recovery/index.ts';
import type { StoredObject } from './object-store.ts';

type Signalled = { readonly signal?: AbortSignal | undefined };

/** A manifest as it lies in the repository, with the answer to "who signed it?". */
export interface SignedManifest {
  readonly manifest: BackupManifest;
  /** The id of the trusted key whose signature over the exact bytes holds. */
  readonly signedBy: string;
}

/** What could not be read as a backup, and why: an unsigned, edited, re-signed or unreadable manifest. */
export interface BadManifest {
  readonly id: string;
  readonly reason: 'unsigned' | 'untrusted-signer' | 'altered' | 'unreadable';
  readonly detail: string;
}

/** Content that is not what its name says, or not there. */
export type PieceState = 'intact' | 'missing' | 'altered' | 'unreadable' | 'wrong-key';

/**
 * Where backups are kept: every content once, sealed (zstd, then age) and named by the SHA-256 of its plain bytes; manifests signed.
 * Faults of its object store pass through; besides: SEAL_WRONG_KEY, CONTENT_ALTERED, CONTENT_MISSING, MANIFEST_UNTRUSTED.
 */
export interface BackupRepository {
  readonly name: string;
  readonly place: string;
  /** Ids of the keys that new content is sealed to. */
  readonly sealedTo: readonly string[];
  /**
   * Puts one piece (at most `pieceBytes`), unless the repository has it. Answers the bytes it added (zero: it was there). Bytes
   * that are given away may be empty afterwards: their memory goes through without a copy.
   */
  putPiece(
    plain: Uint8Array,
    options?: Signalled & { readonly isGivenAway?: boolean },
  ): Promise<{ readonly piece: ContentPiece; readonly addedBytes: number }>;
  /** Reads, opens and proves one piece against its name. */
  readPiece(piece: ContentPiece, options?: Signalled): Promise<Uint8Array>;
  /**
   * As `readPiece`, but says what is wrong instead of throwing where the content itself is. Store faults are thrown. The name alone
   * is enough: the SHA-256 proves the length as well.
   */
  checkPiece(piece: Pick<ContentPiece, 'sha256'> & Partial<ContentPiece>, options?: Signalled): Promise<PieceState>;
  /** The names of the pieces present: cheap, for "what is missing?". */
  pieceNames(): AsyncIterable<string>;
  /** The pieces present with what the store knows of each. */
  listPieces(): AsyncIterable<{ readonly sha256: string; readonly stored: StoredObject }>;
  /**
   * Signs and publishes a manifest: the last act of a backup. `filestorePieces` are the names of all pieces that the filestore's
   * index lists (the index is sealed, and collection must know what is needed without opening it); those that the manifest itself
   * names are added. Throws CONTENT_MISSING where one is not in the repository, BACKUP_FAILED where the id is taken, and
   * BACKUP_UNDER_WAY where another writer took the environment over in the meantime.
   */
  publish(manifest: BackupManifest, filestorePieces: Iterable<string>): Promise<void>;
  /** All backups of an environment, oldest first; the bad ones apart. */
  list(
    environment: string,
  ): Promise<{ readonly good: readonly SignedManifest[]; readonly bad: readonly BadManifest[] }>;
  read(environment: string, id: string): Promise<SignedManifest>;
  /**
   * Signs and publishes what continues the files of a backup, in the place of what did so before; only while `beginWriting`
   * holds its environment. `filestorePieces` are the names of all pieces that its index lists.
   */
  publishMark(mark: FilestoreMark, filestorePieces: Iterable<string>): Promise<void>;
  /** The newest mark of a backup; `undefined` where it has none. Throws MANIFEST_UNTRUSTED where it cannot be believed. */
  readMark(environment: string, backup: string): Promise<FilestoreMark | undefined>;
  /** Environments that have backups here. */
  environments(): Promise<readonly string[]>;
  /** Takes a backup off the list (its content stays until it is collected). */
  withdraw(environment: string, id: string): Promise<void>;
  /**
   * Says "a backup is being written" until `release`, so that collection spares everything: a lease that expires by itself
   * when its writer dies. It prolongs itself while the process lives; `renew` throws when it was lost nevertheless. Two writers of
   * one environment exclude each other: BACKUP_UNDER_WAY. The same writer takes its own claim over: so a resumed run goes on.
   */
  beginWriting(environment: string, writer: string): Promise<{ renew(): Promise<void>; release(): Promise<void> }>;
  /**
   * Deletes pieces that no manifest names; with `dryRun` only says which. Safe to be killed at any time. Spares everything while a
   * backup is being written (`isComplete` is false then), whatever is younger than the grace, and what an object lock holds.
   * Throws MANIFEST_UNTRUSTED rather than deleting by manifests it cannot believe.
   */
  collect(options: { readonly dryRun: boolean; readonly signal?: AbortSignal | undefined }): Promise<CollectionReport>;
}

/** What a collection did, or with `dryRun` would have done. */
export interface CollectionReport {
  readonly pieces: number;
  readonly bytes: number;
  /** Pieces that stay, the locked ones included. */
  readonly kept: number;
  /** Pieces that no manifest names and an object lock holds. */
  readonly locked: number;
  /** False where a backup began meanwhile: run it again later. */
  readonly isComplete: boolean;
}
