import type { Seconds } from '../kernel/index.ts';
import type { Place, PlainOrSecret, SecretReference } from './place.ts';

/** A place that backups are kept in: a directory, or a bucket of an S3 service. */
export interface Repository {
  readonly name: string;
  /** The region it lies in, for residency and for copies. */
  readonly region: string | undefined;
  readonly at:
    | { readonly kind: 'directory'; readonly directory: string }
    | {
        readonly kind: 's3';
        readonly bucket: string;
        readonly prefix: string;
        readonly endpoint: string | undefined;
        readonly awsRegion: string;
        /** Certificates that vouch for the service, where the machine does not know them: an absolute path, or `state/…`. */
        readonly caFile?: string | undefined;
        readonly accessKey: SecretReference;
        readonly secretKey: SecretReference;
        /** Credentials that may delete; pruning needs them, backing up does not have them. */
        readonly deleteWith: { readonly accessKey: SecretReference; readonly secretKey: SecretReference } | undefined;
      };
  /** Public age recipients that content is sealed to; several while keys rotate. A file reference holds one per line. */
  readonly sealedTo: readonly PlainOrSecret[];
  /** The age identity that opens content: needed to verify, drill and restore, not to back up. */
  readonly identity: SecretReference | undefined;
  /** The Ed25519 private key (PEM) that signs manifests. */
  readonly signingKey: SecretReference | undefined;
  /** Public Ed25519 keys (PEM, or a reference) whose manifests are believed, besides the signing key's own. */
  readonly trustedSigners: readonly PlainOrSecret[];
  readonly objectLockSeconds: Seconds;
  readonly place: Place;
}
