import { hostPaths } from './layout.ts';
import type { HostLayout, WalArchive } from './model.ts';

/**
 * How long PostgreSQL waits for one segment, and the hard end after it. Its archiver tries three times when the server
 * stops; three times this is less than the time a stop is given, so a repository that is away never holds up a shutdown.
 */
const waitForSegmentSeconds = 5;
const hardEndSeconds = 8;

type Options = Readonly<Record<string, string | number>>;

function repositoryOptions({ repository, stanza }: WalArchive): Options {
  if (repository.kind === 'directory') return { 'repo1-type': 'posix', 'repo1-path': repository.directory };
  const { bucket, prefix, host, port, region, isPathStyle, verifiesTls, caFile } = repository;
  return {
    'repo1-type': 's3',
    'repo1-path': `/${[prefix, 'physical', stanza].filter((part) => part !== '').join('/')}`,
    'repo1-s3-bucket': bucket,
    'repo1-s3-endpoint': host,
    'repo1-storage-port': port,
    'repo1-s3-region': region,
    'repo1-s3-uri-style': isPathStyle ? 'path' : 'host',
    'repo1-storage-verify-tls': verifiesTls ? 'y' : 'n',
    ...(caFile === undefined ? {} : { 'repo1-storage-ca-file': caFile }),
  };
}

const section = (name: string, options: Options): string =>
  [`[${name}]`, ...Object.entries(options).map(([key, value]) => `${key}=${value}`)].join('\n');

/** pgBackRest's configuration for one environment. Credentials and the passphrase are in a file of their own beside it. */
export function pgbackrestConf(archive: WalArchive, layout: HostLayout): string {
  const paths = hostPaths(layout);
  const global = {
    ...repositoryOptions(archive),
    'repo1-cipher-type': 'aes-256-cbc',
    // Thousands of small files become few: without it, object stores time out.
    'repo1-bundle': 'y',
    'compress-type': 'zst',
    // What expires is decided by the estate's retention, not here.
    'expire-auto': 'n',
    'repo1-retention-full': 9_999_999,
    'start-fast': 'y',
    'archive-async': 'y',
    'archive-timeout': waitForSegmentSeconds,
    'io-timeout': 30,
    'spool-path': paths.pgbackrest.spool,
    'lock-path': paths.pgbackrest.lock,
    'log-path': paths.pgbackrest.log,
    'log-level-console': 'warn',
    'log-level-file': 'info',
  };
  const own = {
    'pg1-path': paths.postgresData,
    'pg1-port': layout.ports.postgres,
    'pg1-user': 'postgres',
  };
  return `# ${archive.stanza}: compiled by Plimsoll; changes here are overwritten.\n${section('global', global)}\n\n${section(archive.stanza, own)}\n`;
}

/** The command line of pgBackRest for one environment. */
export function pgbackrestCommand(stanza: string, layout: HostLayout, ...args: readonly string[]): readonly string[] {
  const { configuration, secretsDirectory } = hostPaths(layout).pgbackrest;
  const files = [`--config=${configuration}`, `--config-include-path=${secretsDirectory}`];
  return ['/usr/bin/pgbackrest', ...files, `--stanza=${stanza}`, ...args];
}

/** What PostgreSQL runs for each finished segment. PostgreSQL hands it to a shell, so every word is quoted. */
export function archiveCommand({ stanza }: WalArchive, layout: HostLayout): string {
  const words = pgbackrestCommand(stanza, layout, 'archive-push').map(shellWord);
  // `%` begins a placeholder in an archive_command; `%p` is the segment's path.
  const command = words.join(' ').replaceAll('%', '%%');
  return `/usr/bin/timeout ${hardEndSeconds} ${command} "%p"`;
}

function shellWord(word: string): string {
  return /^[A-Za-z0-9_./=:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
