import type { Environment, Place, Repository } from '../model.ts';
import type { Declared } from '../schema/index.ts';

/** The name that S3 services without regions of their own answer to. */
const defaultAwsRegion = 'us-east-1';

/** A repository as declared, with its place. A checked one has a directory or a bucket, never both. */
export function resolveRepository(declared: Declared<'Repository'>, place: Place): Repository {
  return {
    name: declared.name,
    region: declared.region,
    at: resolvePlace(declared),
    sealedTo: declared.sealedTo ?? [],
    identity: declared.identity,
    signingKey: declared.signingKey,
    trustedSigners: declared.trustedSigners ?? [],
    objectLockSeconds: declared.objectLock ?? 0,
    place,
  };
}

function resolvePlace({ directory, s3 }: Declared<'Repository'>): Repository['at'] {
  if (s3 === undefined) return { kind: 'directory', directory: directory ?? '' };
  return {
    kind: 's3',
    bucket: s3.bucket,
    prefix: s3.prefix ?? '',
    endpoint: s3.endpoint,
    awsRegion: s3.region ?? defaultAwsRegion,
    ...(s3.caFile === undefined ? {} : { caFile: s3.caFile }),
    accessKey: s3.accessKey,
    secretKey: s3.secretKey,
    deleteWith: s3.deleteWith,
  };
}

/** What decides which repository is meant where none is named. */
interface Candidate {
  readonly name: string;
  readonly region: string | undefined;
}

/** The repository of an environment that names none: the only one there is, else the only one in its region. */
export function defaultRepository(repositories: readonly Candidate[], region: string | undefined): string | undefined {
  const near = repositories.filter((repository) => region !== undefined && repository.region === region);
  const [only, second] = repositories.length === 1 ? repositories : near;
  return second === undefined ? only?.name : undefined;
}

/** Where the backups of an environment go. */
export interface BackupPlaces {
  readonly primary: Repository | undefined;
  /** One for each region that `backup.copies` names; `undefined` where no repository lies there. */
  readonly copies: readonly { readonly region: string; readonly repository: Repository | undefined }[];
}

/** The repositories of an environment: the one it is written to, and those its copies go to, never the same twice. */
export function backupPlaces(repositories: readonly Repository[], { backup }: Environment): BackupPlaces {
  const primary = repositories.find(({ name }) => name === backup.repository);
  const copies = backup.copies.map((region) => ({
    region,
    repository: repositories.find((repository) => repository.region === region && repository !== primary),
  }));
  return { primary, copies };
}
