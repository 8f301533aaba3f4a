import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { hasProject } from '../adapters/docker/project.ts';
import { findRuntimeDirectory } from '../adapters/host/places.ts';
import { createHttpIngressProbe } from '../adapters/ingress/http-ingress-probe.ts';
import { createDirectoryFilestore } from '../adapters/machine/directory-filestore.ts';
import { createProcHost } from '../adapters/machine/proc-host.ts';
import { createOdooAccess } from '../adapters/odoo/access.ts';
import { createLazyOdooDatabase } from '../adapters/odoo-database/lazy.ts';
import { createPostgresAdmin } from '../adapters/odoo-database/postgres-admin.ts';
import { createRespRedis } from '../adapters/redis/resp-redis.ts';
import { createFileRequestLog } from '../adapters/request-log/file-request-log.ts';
import { createResumingRequestLog } from '../adapters/request-log/resuming-request-log.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import { createHttpWebProbe } from '../adapters/web-probe/http-web-probe.ts';
import { type Environment, nextOccurrence, type PlainOrSecret, type SecretReference } from '../core/estate/index.ts';
import { createSecret, type Secret } from '../core/kernel/index.ts';
import type { CutOffFact } from '../core/observe/index.ts';
import type { DatabaseAdmin } from '../ports/database-admin.ts';
import type { OdooRpc } from '../ports/odoo-rpc.ts';
import { resolveText } from '../ports/secrets.ts';
import { createObserverMemory, type EnvironmentSources, type LookDeps } from '../workflows/observe-environment.ts';
import type { Settings } from './settings.ts';

/** Everything to look at environments with; `close` lets go of connections. */
export interface Observer extends LookDeps {
  close(): Promise<void>;
}

const components = ['web', 'gevent', 'cron'] as const;
/** Where a bring-up puts long polling, on either platform: so many above the web port. */
const geventPortOffset = 3;

/** Where the host platform keeps an environment that it runs on this machine; `undefined` where it runs none of the name. */
export function runtimeDirectoryOf(environment: Environment, stateDirectory: string): string | undefined {
  if (environment.platform !== 'host') return undefined;
  return findRuntimeDirectory(stateDirectory, environment.name);
}

function isLoopback(url: PlainOrSecret | undefined): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

/** Paths that begin with `state/` lie in the state directory; others are as they are, from the working directory. */
export function placeOf(path: string, stateDirectory: string): string {
  if (isAbsolute(path)) return path;
  return path.startsWith('state/') ? join(stateDirectory, path.slice('state/'.length)) : path;
}

interface Parts {
  readonly settings: Settings;
  readonly keepsLogPlace: boolean;
  readonly text: (value: PlainOrSecret) => Promise<string>;
  readonly rpc: (environment: Environment) => Promise<OdooRpc>;
}

function webOf(environment: Environment, parts: Parts, isOurs: boolean) {
  const declared = environment.connect.odoo?.url;
  if (declared === undefined) return undefined;
  return {
    probe: async (...[component, options]: Parameters<NonNullable<EnvironmentSources['web']>['probe']>) => {
      const url = await parts.text(declared);
      const gevent = new URL(url);
      if (isOurs) gevent.port = String(Number(gevent.port) + geventPortOffset);
      return createHttpWebProbe({ url, geventUrl: gevent.href }).probe(component, options);
    },
  };
}

function hostOf(environment: Environment, runtimeDirectory: string | undefined, filestore: string | undefined) {
  if (runtimeDirectory === undefined && !isLoopback(environment.connect.odoo?.url)) return undefined;
  const componentOf = (command: readonly string[]): string | undefined =>
    components.find((component) => command.includes(join(runtimeDirectory ?? '', 'etc', `${component}.conf`)));
  return createProcHost({
    directories: [
      '/',
      ...(filestore === undefined ? [] : [filestore]),
      ...(runtimeDirectory === undefined ? [] : [join(runtimeDirectory, 'postgres', 'data')]),
    ],
    componentOf: runtimeDirectory === undefined ? undefined : componentOf,
  });
}

/** A single look begins at the end of the log and leaves the controller's place in it alone. */
function logOf(environment: Environment, { settings: { stateDirectory }, keepsLogPlace }: Parts) {
  const file = environment.connect.log && placeOf(environment.connect.log.file, stateDirectory);
  if (file === undefined) return undefined;
  if (!keepsLogPlace) return createFileRequestLog({ file });
  const key = createHash('sha256').update(file).digest('hex').slice(0, 12);
  const positionFile = join(stateDirectory, 'observer', `${environment.name}-${key}.position`);
  return createResumingRequestLog({ file, positionFile });
}

function edgesOf({ name, connect: { redis, ingress } }: Environment, { text }: Parts) {
  return {
    redis: redis && createRespRedis(async () => createSecret(`connect.redis.url of ${name}`, await text(redis.url))),
    ingress: ingress && createHttpIngressProbe({ resolveUrl: () => text(ingress.url), now: () => systemClock.now() }),
  };
}

function openSources(environment: Environment, parts: Parts) {
  const { stateDirectory } = parts.settings;
  const { connect } = environment;
  const runtimeDirectory = runtimeDirectoryOf(environment, stateDirectory);
  const isOurs = runtimeDirectory !== undefined || hasProject(stateDirectory, environment.name);
  const postgresUrl = connect.postgres?.url;
  const database =
    postgresUrl === undefined
      ? undefined
      : createLazyOdooDatabase(async () =>
          createSecret(`connect.postgres.url of ${environment.name}`, await parts.text(postgresUrl)),
        );
  const filestore = connect.filestore && placeOf(connect.filestore.directory, stateDirectory);
  const rpc: OdooRpc | undefined =
    connect.odoo?.apiKey === undefined
      ? undefined
      : {
          call: async (request) => (await parts.rpc(environment)).call(request),
          version: async (timeoutSeconds) => (await parts.rpc(environment)).version(timeoutSeconds),
        };
  return {
    web: webOf(environment, parts, isOurs),
    canProbeGevent: isOurs,
    database,
    rpc,
    log: logOf(environment, parts),
    filestore: filestore === undefined ? undefined : createDirectoryFilestore(filestore),
    host: hostOf(environment, runtimeDirectory, filestore),
    ...edgesOf(environment, parts),
  };
}

async function closeSources(sources: EnvironmentSources): Promise<void> {
  await Promise.all([sources.database?.close(), sources.log?.close()]);
}

/** Opens the ways to look at environments, each at its first look, kept until `close`. */
export function createObserver(settings: Settings, { keepsLogPlace = false } = {}): Observer {
  const secrets = createLocalSecrets(settings);
  const access = createOdooAccess({ secrets });
  const parts: Parts = {
    settings,
    keepsLogPlace,
    text: (value) => resolveText(secrets, value),
    rpc: (environment) => access.operator(environment),
  };
  const opened = new Map<string, { readonly environment: Environment; readonly sources: EnvironmentSources }>();
  return {
    clock: systemClock,
    memory: createObserverMemory(),
    sources: (environment) => {
      const known = opened.get(environment.name);
      // An estate that was declared anew may name other places: then what was opened is let go.
      if (known !== undefined && JSON.stringify(known.environment) === JSON.stringify(environment))
        return known.sources;
      if (known !== undefined) closeSources(known.sources).catch(() => {});
      const sources = openSources(environment, parts);
      opened.set(environment.name, { environment, sources });
      return sources;
    },
    close: async () => {
      access.close();
      await Promise.all([...opened.values()].map(({ sources }) => closeSources(sources)));
      opened.clear();
    },
  };
}

/** The next cut-off of each site of an environment. */
export function nextCutOffsOf(environment: Environment, now: Temporal.Instant): readonly CutOffFact[] {
  return environment.sites.flatMap((site) => {
    const next = nextOccurrence([site], now, (event) => event.kind === 'cut-off');
    return next === undefined
      ? []
      : [{ site: site.name, name: next.event.name, at: next.at, service: next.event.service }];
  });
}

/** An administrator's connection, from a reference such as `env:ADMIN_URL`. */
export async function openAdmin(
  reference: SecretReference,
  settings: Settings,
): Promise<{ readonly admin: DatabaseAdmin; readonly url: Secret }> {
  const url = await createLocalSecrets(settings).resolve(reference);
  return { admin: createPostgresAdmin(url), url };
}

/** The role and password that `connect.postgres.url` of the environment names; `undefined` where it cannot be resolved. */
export async function declaredReader(
  environment: Environment,
  settings: Settings,
): Promise<{ readonly role: string; readonly password: string | undefined } | undefined> {
  const declared = environment.connect.postgres?.url;
  if (declared === undefined) return undefined;
  return roleOf(await resolveText(createLocalSecrets(settings), declared).catch(() => undefined));
}

/** The role and password in a connection string; `undefined` where it names none. */
export function roleOf(
  text: string | undefined,
): { readonly role: string; readonly password: string | undefined } | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const { username, password } = new URL(text);
  if (username === '') return undefined;
  return { role: decodeURIComponent(username), password: password === '' ? undefined : decodeURIComponent(password) };
}

/** A password for a new role. */
export function newReaderPassword(): string {
  return randomBytes(24).toString('base64url');
}

/** Writes the role's connection string where only its owner reads it, and answers the reference to it. */
export function writeReaderUrl(
  environment: Environment,
  settings: Settings,
  from: { readonly adminUrl: Secret; readonly role: string; readonly password: string },
): Promise<string> {
  return writeRoleUrl(environment, settings, from, 'postgres-url');
}

/** The same for any role, in a file of that name. */
export async function writeRoleUrl(
  environment: Environment,
  settings: Settings,
  from: { readonly adminUrl: Secret; readonly role: string; readonly password: string },
  name: 'postgres-url' | 'backup-url',
): Promise<string> {
  const url = new URL(from.adminUrl.reveal());
  url.username = from.role;
  url.password = from.password;
  const directory = join(settings.stateDirectory, environment.name);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, name);
  await writeFile(`${file}.new`, `${url.href}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return `file:state/${environment.name}/${name}`;
}
