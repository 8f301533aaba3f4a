import type { HostEnvironment, WalArchive } from '../compile/index.ts';
import type { Environment, Repository } from '../estate/index.ts';
import type { RefusalReason } from '../kernel/index.ts';
import { restoreAssumptions } from '../recovery/index.ts';

/** Loopback ports of an environment on platform `host`. */
export interface HostPorts {
  readonly postgres: number;
  readonly web: number;
  readonly gevent: number;
}

export const defaultPostgresPort = 5470;
const defaultWebPort = 8069;

/** The ports an environment needs: the web port is the one that `connect.odoo.url` names, long polling is three above it. */
export function hostPorts(environment: Environment, postgresPort: number | undefined): HostPorts {
  const url = environment.connect.odoo?.url;
  const declared = typeof url === 'string' && URL.canParse(url) ? Number(new URL(url).port) : 0;
  const web = declared > 0 ? declared : defaultWebPort;
  return { postgres: postgresPort ?? defaultPostgresPort, web, gevent: web + 3 };
}

/** The declared environment as the host compiler takes it. */
export function hostEnvironment(
  environment: Environment,
  memoryBytes: number,
  archive?: WalArchive,
  directory: (declared: string) => string = (declared) => declared,
): HostEnvironment {
  const addons = (environment.odoo.addons ?? []).map((each) => directory(each.directory));
  const { web, gevent, cron } = environment.workers;
  return {
    name: environment.name,
    database: environment.odoo.database,
    workers: { web, gevent, cron },
    memoryBytes,
    isDisposable: false,
    ...(archive === undefined ? {} : { archive }),
    ...(addons.length === 0 ? {} : { addonDirectories: addons }),
  };
}

/** Where the log of an environment is archived, or why it cannot be although that is declared. */
export type ArchiveAnswer =
  | { readonly kind: 'not-declared' }
  | { readonly kind: 'impossible'; readonly reason: RefusalReason }
  | { readonly kind: 'archive'; readonly archive: WalArchive };

/**
 * The archive that follows from an environment's declared backup (BKP-02). A directory repository keeps it beside itself;
 * `directory` answers the place on this machine for a declared path.
 */
export function walArchiveOf(
  environment: Environment,
  repositories: readonly Repository[],
  directory: (declared: string) => string,
  file?: (declared: string) => string,
): ArchiveAnswer {
  const { backup, name } = environment;
  if (backup.method !== 'physical') return { kind: 'not-declared' };
  const repository = repositories.find((each) => each.name === backup.repository);
  if (repository === undefined) return impossible(`nothing says which repository ${name} is backed up to`);
  const place = physicalPlaceOf(repository, directory, file);
  if ('message' in place) return { kind: 'impossible', reason: place };
  const { archiveTimeoutSeconds } = restoreAssumptions;
  return { kind: 'archive', archive: { stanza: name, archiveTimeoutSeconds, repository: place } };
}

/** Where pgBackRest keeps its part of a repository: beside it, or in the same bucket; or why it cannot (BKP-02). */
export function physicalPlaceOf(
  { at, name }: Repository,
  directory: (declared: string) => string,
  file: (declared: string) => string = (declared) => declared,
): WalArchive['repository'] | RefusalReason {
  if (at.kind === 'directory') return { kind: 'directory', directory: directory(at.directory) };
  const url = new URL(at.endpoint ?? `https://s3.${at.awsRegion}.amazonaws.com`);
  if (url.protocol !== 'https:') {
    return unavailable(`pgBackRest speaks to S3 over TLS alone, and the endpoint of ${name} is ${url.origin}`);
  }
  const { bucket, prefix, awsRegion, endpoint, caFile } = at;
  return {
    kind: 's3',
    bucket,
    prefix,
    host: url.hostname,
    port: url.port === '' ? 443 : Number(url.port),
    region: awsRegion,
    isPathStyle: endpoint !== undefined,
    verifiesTls: true,
    ...(caFile === undefined ? {} : { caFile: file(caFile) }),
  };
}

function unavailable(message: string): RefusalReason {
  const hint = 'Correct the Repository, or declare `method: logical`.';
  return { code: 'PHYSICAL_UNAVAILABLE', message, hint };
}

function impossible(message: string): ArchiveAnswer {
  return { kind: 'impossible', reason: unavailable(message) };
}
