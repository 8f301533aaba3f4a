import { z } from 'zod';
import { Fault } from '../../core/kernel/index.ts';
import { type LogHistory, readLogPosition, readWalName } from '../../core/recovery/index.ts';
import type { PhysicalRestorePoint } from '../../ports/physical-backup.ts';

const kinds = { full: 'full', diff: 'differential', incr: 'incremental' } as const;

const statusSchema = z.object({ code: z.number(), message: z.string() });
/** pgBackRest's number for whatever it has no number of its own for, as a passphrase that opens nothing. It exits with 0 all the same. */
const otherTrouble = 99;
/** What it calls a stanza of which it could not read so much as the name. */
const unreadable = '[invalid]';

/** What `pgbackrest info --output=json` says, as far as we need it; other fields may come and go. */
const infoSchema = z.array(
  z.object({
    name: z.string(),
    status: statusSchema.optional(),
    repo: z.array(z.object({ status: statusSchema.optional() })).optional(),
    archive: z.array(z.object({ id: z.string(), max: z.string().nullable(), min: z.string().nullable() })),
    db: z.array(z.object({ id: z.number(), 'system-id': z.union([z.number(), z.string()]).optional() })),
    backup: z.array(
      z.object({
        label: z.string(),
        type: z.enum(['full', 'diff', 'incr']),
        archive: z.object({ start: z.string().nullable(), stop: z.string().nullable() }),
        lsn: z.object({ stop: z.string().nullable() }).optional(),
        reference: z.array(z.string()).nullable(),
        timestamp: z.object({ start: z.number(), stop: z.number() }),
        info: z.object({ size: z.number(), repository: z.object({ delta: z.number() }) }),
        database: z.object({ id: z.number() }),
        error: z.boolean().nullish(),
      }),
    ),
  }),
);

/** 64 bits do not fit a number of JavaScript, so the identifier is taken as text before anything parses it. */
const keepIdentifiers = (text: string): string => text.replaceAll(/"system-id":(\d+)/g, '"system-id":"$1"');

/** What there is in the repository of one stanza. */
export interface StanzaInfo {
  readonly points: readonly PhysicalRestorePoint[];
  /** The clusters that it was made for, by pgBackRest's numbers for them. */
  readonly identifiers: ReadonlyMap<number, string>;
  /** Where the archive of the present cluster lies: `15-1`. */
  readonly archiveId: string | undefined;
}

/** Throws what pgBackRest could not read, where that is what it says. */
function demandReadable(stanzas: z.output<typeof infoSchema>): void {
  const said = stanzas.flatMap(({ status, repo = [] }) => [...repo.map((each) => each.status), status]);
  const trouble = said.find((status) => status?.code === otherTrouble);
  if (trouble === undefined) return;
  // Behind the first line it shows what it found instead, which under another passphrase is anything.
  const [words = ''] = trouble.message.split('\n');
  throw new Fault('REPOSITORY_UNREACHABLE', `pgBackRest cannot read its repository: ${words.replace(/:$/, '')}.`);
}

/**
 * Reads the answer of `info` for one stanza. Throws REPOSITORY_INVALID where it is not understood, REPOSITORY_UNREACHABLE
 * where pgBackRest could not read what is there: that is not nothing.
 */
export function readInfo(text: string, stanza: string): StanzaInfo {
  const parsed = infoSchema.safeParse(parseJson(keepIdentifiers(text)));
  if (!parsed.success) {
    throw new Fault('REPOSITORY_INVALID', 'The answer of pgBackRest is not one that we understand.', {
      cause: parsed.error,
    });
  }
  demandReadable(parsed.data.filter(({ name }) => name === stanza || name === unreadable));
  const own = parsed.data.find(({ name }) => name === stanza);
  if (own === undefined) return { points: [], identifiers: new Map(), archiveId: undefined };
  const identifiers = new Map(own.db.map((database) => [database.id, String(database['system-id'] ?? '')]));
  const points = own.backup.map((backup): PhysicalRestorePoint => {
    const walStart = backup.archive.start ?? '';
    return {
      label: backup.label,
      kind: kinds[backup.type],
      startedAt: Temporal.Instant.fromEpochMilliseconds(backup.timestamp.start * 1_000),
      stoppedAt: Temporal.Instant.fromEpochMilliseconds(backup.timestamp.stop * 1_000),
      walStart,
      walStop: backup.archive.stop ?? '',
      timeline: readWalName(walStart)?.timeline ?? 0,
      stop: readLogPosition(backup.lsn?.stop ?? ''),
      needs: backup.reference ?? [],
      databaseBytes: backup.info.size,
      addedBytes: backup.info.repository.delta,
      systemIdentifier: identifiers.get(backup.database.id) ?? '',
      hasError: backup.error ?? false,
    };
  });
  return { points, identifiers, archiveId: own.archive.at(-1)?.id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault('REPOSITORY_INVALID', 'The answer of pgBackRest is not JSON.', { cause });
  }
}

const listingSchema = z.record(z.string(), z.object({ type: z.string(), size: z.number().optional() }));

/** The segments in a listing of the archive: `15-1/0000…/000000010000000000000004-<sha1>.zst` is one. */
export function readSegments(text: string): readonly string[] {
  return Object.keys(parseListing(text)).flatMap(
    (path) => /\/([0-9A-F]{24})-[0-9a-f]{40}(?:\.\w+)?$/.exec(path)?.[1] ?? [],
  );
}

/** The history files in a listing of the archive, and of which cluster each is: `15-1/00000002.history` is one. */
export function readHistoryNames(
  text: string,
  identifiers: StanzaInfo['identifiers'],
): readonly (Pick<LogHistory, 'systemIdentifier' | 'timeline'> & { readonly path: string })[] {
  return Object.keys(parseListing(text)).flatMap((path) => {
    const [, cluster, timeline] = /^[\d.]+-(\d+)\/([0-9A-F]{8})\.history$/.exec(path) ?? [];
    const systemIdentifier = identifiers.get(Number(cluster));
    if (timeline === undefined || systemIdentifier === undefined) return [];
    return [{ path, systemIdentifier, timeline: Number.parseInt(timeline, 16) }];
  });
}

/** The files in a listing, with their sizes as they lie there. */
export function readListing(text: string): ReadonlyMap<string, number> {
  const files = Object.entries(parseListing(text)).filter(([, { type }]) => type === 'file');
  return new Map(files.map(([path, { size = 0 }]) => [path, size]));
}

function parseListing(text: string): z.output<typeof listingSchema> {
  const parsed = listingSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Fault('REPOSITORY_INVALID', 'The listing of the archive is not understood.');
}
