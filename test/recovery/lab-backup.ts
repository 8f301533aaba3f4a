import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import {
  type BackupManifest,
  type ContentPiece,
  formatIndexLine,
  pieceBytes,
  type StoredFile,
  sha1OfName,
} from '../../src/core/recovery/index.ts';
import type { BackupRepository } from '../../src/ports/backup-repository.ts';
import type { LabDatabase } from '../lab/index.ts';
import { dumpLabDatabase } from './lab-dump.ts';

const countedTables = ['account_move', 'ir_attachment', 'res_partner', 'sale_order', 'stock_move', 'stock_quant'];

/** What a test makes different about a backup while it is taken: a fault of the source or of whoever wrote it. */
export interface BackupFault {
  /** Replaces the content of a dump file; `undefined` leaves it out. */
  readonly dumpFile?: (path: string, content: Buffer) => Buffer | undefined;
  /** Replaces what is stored for a filestore object; `undefined` leaves it out. */
  readonly file?: (name: string, content: Buffer, at: number) => Buffer | undefined;
  readonly manifest?: (manifest: BackupManifest) => BackupManifest;
}

async function store(repository: BackupRepository, path: string, content: Uint8Array): Promise<StoredFile> {
  const pieces: ContentPiece[] = [];
  for (let at = 0; at < content.byteLength; at += pieceBytes) {
    pieces.push((await repository.putPiece(content.subarray(at, at + pieceBytes))).piece);
  }
  return { path, bytes: content.byteLength, pieces };
}

async function storeDump(repository: BackupRepository, database: LabDatabase, fault: BackupFault) {
  const dump = await dumpLabDatabase(database);
  try {
    const files: StoredFile[] = [];
    for (const path of dump.files.keys()) {
      const content = await readFile(join(dump.directory, path));
      const kept = fault.dumpFile === undefined ? content : fault.dumpFile(path, content);
      if (kept !== undefined) files.push(await store(repository, path, kept));
    }
    return files;
  } finally {
    await dump.remove();
  }
}

async function storeFilestore(
  repository: BackupRepository,
  database: LabDatabase,
  names: readonly string[],
  fault: BackupFault,
) {
  const lines: string[] = [];
  const pieces: string[] = [];
  let bytes = 0;
  for (const [at, name] of names.entries()) {
    const content = await readFile(join(database.filestoreDirectory, name));
    const kept = fault.file === undefined ? content : fault.file(name, content, at);
    if (kept === undefined) continue;
    const stored = await store(repository, name, kept);
    pieces.push(...stored.pieces.map(({ sha256 }) => sha256));
    lines.push(formatIndexLine({ sha1: sha1OfName(name) ?? '', bytes: kept.byteLength, pieces: stored.pieces }));
    bytes += kept.byteLength;
  }
  const index = await store(repository, 'filestore.index', Buffer.from(lines.map((line) => `${line}\n`).join('')));
  return { set: { index, files: lines.length, bytes, missing: [] }, pieces };
}

async function factsOf(sql: postgres.Sql) {
  const [row] = await sql<{ uuid: string; version: string; bytes: string }[]>`
    select (select value from ir_config_parameter where key = 'database.uuid') as uuid,
      (select latest_version from ir_module_module where name = 'base') as version,
      pg_database_size(current_database())::text as bytes`;
  const rowCounts = [];
  for (const table of countedTables) {
    const [count] = await sql<{ rows: number }[]>`select count(*)::int as rows from ${sql(table)}`;
    rowCounts.push({ table, rows: count?.rows ?? 0 });
  }
  const files = await sql<{ name: string }[]>`
    select distinct store_fname as name from ir_attachment where store_fname is not null order by 1`;
  return { row, rowCounts, names: files.map(({ name }) => name) };
}

/** Takes a backup of a quiet lab database as the capture would, so that restoring can be tested by itself. */
export async function backUpLab(
  repository: BackupRepository,
  database: LabDatabase,
  fault: BackupFault = {},
): Promise<BackupManifest> {
  const sql = postgres(database.url, { max: 1 });
  const startedAt = Temporal.Now.instant();
  const facts = await factsOf(sql).finally(() => sql.end());
  const files = await storeDump(repository, database, fault);
  const { set, pieces } = await storeFilestore(repository, database, facts.names, fault);
  const suffix = randomBytes(3).toString('hex');
  const stamp = startedAt.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
  const manifest: BackupManifest = {
    format: 1,
    id: `${stamp}-logical-${suffix}`,
    estate: 'lab',
    environment: 'lab',
    startedAt,
    consistentAt: startedAt,
    finishedAt: Temporal.Now.instant(),
    source: {
      database: database.name,
      systemIdentifier: createHash('sha256').update('lab').digest('hex').slice(0, 16),
      databaseUuid: facts.row?.uuid ?? '',
      postgresVersion: '15',
      databaseBytes: Number(facts.row?.bytes ?? 0),
    },
    odoo: { version: facts.row?.version ?? '', modules: [] },
    database: { method: 'logical', files },
    filestore: set,
    configuration: [],
    software: [],
    rowCounts: facts.rowCounts,
    lastBusinessRowAt: null,
    coverage: [],
    sealedTo: repository.sealedTo,
    addedBytes: 0,
    writtenBy: 'a test',
  };
  const published = fault.manifest?.(manifest) ?? manifest;
  await repository.publish(published, pieces);
  return published;
}
