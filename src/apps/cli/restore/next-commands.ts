import type { Extracted } from '../../../workflows/recovery/extract-backup.ts';

/** A line for people, or one for their shell. */
export interface NextLine {
  readonly line: string;
  readonly isCommand: boolean;
}

const say = (line: string): NextLine => ({ line, isCommand: false });
const run = (...words: readonly string[]): NextLine => ({ line: words.map(quote).join(' '), isCommand: true });

function quote(word: string): string {
  return /^[A-Za-z0-9_./=:@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

const told = (at: Temporal.Instant): string => at.toString({ smallestUnit: 'second' });

function ofCluster({ manifest, at, filesUntil, cluster }: Extracted): readonly NextLine[] {
  if (cluster === undefined) return [];
  const { dataDirectory, binaries, port, socketDirectory } = cluster;
  const asPostgres = ['runuser', '-u', 'postgres', '--'];
  const log = `${dataDirectory}/rescue.log`;
  const there = ['-h', socketDirectory, '-p', String(port)];
  const ready = run(...asPostgres, `${binaries}/pg_isready`, '-q', ...there).line;
  const end = at === undefined ? 'the end of the archived log' : told(at);
  return [
    say(`Start it, as root: it replays its log to ${end}, and opens. ${log} says how that goes.`),
    run(...asPostgres, `${binaries}/pg_ctl`, '-D', dataDirectory, '-l', log, 'start'),
    { line: `while ${ready}; test $? -eq 1; do sleep 1; done`, isCommand: true },
    run(
      ...asPostgres,
      `${binaries}/psql`,
      ...there,
      '-d',
      manifest.source.database,
      '-c',
      'select pg_is_in_recovery()',
    ),
    say(`Its files are whole up to ${told(filesUntil)}; attachments that came later may lack theirs.`),
    say(`Roles have the passwords that they had; \`\\password odoo\` in psql gives another one.`),
  ];
}

function ofDump(directory: string, database: string): readonly NextLine[] {
  return [
    say('Restore it, as a role that may create databases:'),
    run('createdb', '-T', 'template0', database),
    run('pg_restore', '--no-owner', '--jobs=2', `--dbname=${database}`, `${directory}/dump`),
  ];
}

/** What comes after taking a backup out: exact where it can be, and in words where only people know. */
export function nextCommands(extracted: Extracted, directory: string): readonly NextLine[] {
  const { database } = extracted.manifest.source;
  return [
    ...(extracted.cluster === undefined ? ofDump(directory, database) : ofCluster(extracted)),
    say(`Put ${directory}/filestore at DATA_DIR/filestore/${database}; then \`odoo neutralize\` unless it goes live.`),
  ];
}
