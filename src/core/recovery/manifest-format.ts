import { z } from 'zod';
import { canonicalJson, type LedgerValue } from '../ledger/index.ts';
import { type BackupManifest, coverageParts, type StoredFile } from './manifest.ts';

/** What the list of all pieces of a backup is: so many names, and the SHA-256 of the list's lines. */
export interface PieceList {
  readonly count: number;
  readonly sha256: string;
}

/** A manifest as it is published: with the list of all its pieces, under one signature. */
export interface PublishedManifest {
  readonly manifest: BackupManifest;
  readonly pieces: PieceList;
}

export const bytesSchema = z.int().nonnegative();
export const instantSchema = z.string().transform((text, context) => {
  try {
    return Temporal.Instant.from(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not an instant' });
    return z.NEVER;
  }
});
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const piece = z.strictObject({ sha256, bytes: bytesSchema });
/** A path below a directory that the reader chooses: never absolute, never upwards. */
const relativePath = z
  .string()
  .max(1_024)
  .refine(
    (path) => !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'must stay below its directory',
  );
export const fileSchema = z.strictObject({ path: relativePath, bytes: bytesSchema, pieces: z.array(piece) });
const named = z.strictObject({ name: z.string(), version: z.string() });

/** pgBackRest is told these as options: a name that could be read as one of another kind is refused. */
const word = z.string().regex(/^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/);
const place = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('directory'), directory: z.string().regex(/^\/[^\n\r\0]*$/) }),
  z.strictObject({
    kind: z.literal('s3'),
    bucket: word,
    prefix: z.string().regex(/^[A-Za-z0-9_./-]*$/),
    host: word,
    port: z.int().positive().max(65_535),
    region: word,
    isPathStyle: z.boolean(),
    verifiesTls: z.boolean(),
    caFile: z
      .string()
      .regex(/^\/[^\n\r\0]*$/)
      .optional(),
  }),
]);

const manifest = z.strictObject({
  format: z.literal(1),
  id: z.string().regex(/^[0-9]{8}T[0-9]{6}Z-(logical|physical)-[0-9a-z]+$/),
  estate: z.string(),
  environment: z.string(),
  startedAt: instantSchema,
  consistentAt: instantSchema,
  finishedAt: instantSchema,
  source: z.strictObject({
    database: z.string(),
    systemIdentifier: z.string(),
    databaseUuid: z.string(),
    postgresVersion: z.string(),
    databaseBytes: bytesSchema,
  }),
  odoo: z.strictObject({ version: z.string(), modules: z.array(named) }),
  database: z.discriminatedUnion('method', [
    z.strictObject({ method: z.literal('logical'), files: z.array(fileSchema) }),
    z.strictObject({
      method: z.literal('physical'),
      kind: z.enum(['full', 'differential', 'incremental']),
      stanza: word,
      label: word,
      needs: z.array(word),
      walStart: z.string(),
      walStop: z.string(),
      timeline: z.int().positive(),
      reachableFrom: instantSchema,
      place,
      passphrase: fileSchema,
      attachments: fileSchema.optional(),
    }),
  ]),
  filestore: z.strictObject({
    index: fileSchema,
    files: z.int().nonnegative(),
    bytes: bytesSchema,
    missing: z.array(z.string()),
  }),
  configuration: z.array(fileSchema),
  integrations: z
    .array(
      z.strictObject({ name: z.string(), partner: z.string(), exchange: z.string(), references: z.array(z.string()) }),
    )
    .optional(),
  software: z.array(named),
  addons: z
    .array(
      z.strictObject({
        directory: z.string(),
        revision: z.string().nullable(),
        sha256: sha256.nullable(),
        modules: z.array(named),
        problem: z.string().nullable(),
      }),
    )
    .optional(),
  rowCounts: z.array(z.strictObject({ table: z.string(), rows: z.int().nonnegative() })),
  lastBusinessRowAt: instantSchema.nullable(),
  coverage: z.array(z.strictObject({ part: z.enum(coverageParts), isCovered: z.boolean(), why: z.string() })),
  sealedTo: z.array(z.string()),
  addedBytes: bytesSchema,
  writtenBy: z.string(),
  beforeRestore: z.literal(true).optional(),
});

export const pieceListSchema = z.strictObject({ count: z.int().nonnegative(), sha256 });
const published = z.strictObject({ manifest, pieces: pieceListSchema });

/** The bytes that are signed, as text: canonical JSON, instants as ISO strings with all their digits. */
export function formatManifest({ manifest, pieces }: PublishedManifest): string {
  const said = {
    ...manifest,
    startedAt: manifest.startedAt.toString(),
    consistentAt: manifest.consistentAt.toString(),
    finishedAt: manifest.finishedAt.toString(),
    lastBusinessRowAt: manifest.lastBusinessRowAt?.toString() ?? null,
    database:
      manifest.database.method === 'logical'
        ? manifest.database
        : { ...manifest.database, reachableFrom: manifest.database.reachableFrom.toString() },
  };
  return canonicalJson({ manifest: said, pieces } as unknown as LedgerValue);
}

/** Reads a published manifest, or says in a sentence what about the text is wrong and where. */
export function parseManifest(text: string): PublishedManifest | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'It is not JSON: cut off or overwritten.' };
  }
  const parsed = published.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join('.') || 'The document'}: ${issue?.message ?? 'not a manifest'}` };
}

/** The files that hold a backup's database, or what opens it and names its attachments. */
export function databaseFilesOf({ database }: Pick<BackupManifest, 'database'>): readonly StoredFile[] {
  if (database.method === 'logical') return database.files;
  return database.attachments === undefined ? [database.passphrase] : [database.passphrase, database.attachments];
}

/** Where a backup's configuration has the estate's documents. */
export const estateFolder = 'estate';

/** The estate's documents among the configuration of a backup. */
export function estateDocumentsOf({ configuration }: Pick<BackupManifest, 'configuration'>): readonly StoredFile[] {
  return configuration.filter(({ path }) => path.startsWith(`${estateFolder}/`));
}

/** The pieces that the manifest itself names: dump files, or passphrase and attachments, the filestore's index and configuration. */
export function piecesOf(manifest: BackupManifest): readonly string[] {
  const files = [...databaseFilesOf(manifest), manifest.filestore.index, ...manifest.configuration];
  return files.flatMap((stored) => stored.pieces.map((each) => each.sha256));
}
