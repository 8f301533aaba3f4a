import { type BackupManifest, coverageParts, type PhysicalDatabase } from '../core/recovery/index.ts';

const at = Temporal.Instant.from('2026-11-21T08:45:12Z');

/** The database of a physical backup, for tests. */
export function examplePhysical(changes: Partial<PhysicalDatabase> = {}): PhysicalDatabase {
  return {
    method: 'physical',
    kind: 'full',
    stanza: 'acme-prod',
    label: '20261121-084512F',
    needs: [],
    walStart: '000000010000000000000004',
    walStop: '000000010000000000000006',
    timeline: 1,
    reachableFrom: at.add({ seconds: 3 }),
    place: { kind: 'directory', directory: '/srv/backups-physical' },
    passphrase: { path: 'pgbackrest.json', bytes: 9, pieces: [{ sha256: 'c'.repeat(64), bytes: 9 }] },
    ...changes,
  };
}

/** A manifest for tests: a small logical backup of `acme-prod`. */
export function exampleManifest(changes: Partial<BackupManifest> = {}): BackupManifest {
  return {
    format: 1,
    id: '20261121T084512Z-logical-9f3a1c',
    estate: 'northsea',
    environment: 'acme-prod',
    startedAt: at,
    consistentAt: at.add({ seconds: 4 }),
    finishedAt: at.add({ seconds: 20 }),
    source: {
      database: 'acme',
      systemIdentifier: '7301234567890123456',
      databaseUuid: '0c7e1c6e-4c1c-11f0-9a5e-0242ac120002',
      postgresVersion: '15.14',
      databaseBytes: 56_000_000,
    },
    odoo: { version: '19.0', modules: [{ name: 'stock', version: '19.0.1.1' }] },
    database: {
      method: 'logical',
      files: [{ path: 'toc.dat', bytes: 5, pieces: [{ sha256: 'a'.repeat(64), bytes: 5 }] }],
    },
    filestore: {
      index: { path: 'filestore.index', bytes: 7, pieces: [{ sha256: 'b'.repeat(64), bytes: 7 }] },
      files: 0,
      bytes: 0,
      missing: [],
    },
    configuration: [],
    software: [{ name: 'odoo', version: '19.0+dfsg' }],
    rowCounts: [{ table: 'stock_move', rows: 12 }],
    lastBusinessRowAt: at,
    coverage: coverageParts.map((part) => ({ part, isCovered: true, why: 'In the backup.' })),
    sealedTo: ['age-0123456789abcdef'],
    addedBytes: 12,
    writtenBy: 'test',
    ...changes,
  };
}
