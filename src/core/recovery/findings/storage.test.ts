import { describe, expect, test } from 'vitest';
import { recoveryFindings } from './index.ts';
import { dumps, view } from './view.fixture.ts';

const found = (storage: string) =>
  recoveryFindings(view({ declared: `${dumps}\nstorage: ${storage}` }))
    .filter(({ code }) => code.startsWith('STORAGE_'))
    .map(({ code, subject, reason }) => [code, subject, reason]);

describe('OBJ-01: what is kept is kept apart, and where it belongs', () => {
  test('archives on a premium volume are flagged, and so are exports, attachments and backups on a local one', () => {
    expect(found('{ archives: { class: premium-volume } }')).toEqual([
      ['STORAGE_CLASS_UNFIT', 'archives', 'The archives of acme-prod lie on a premium volume.'],
    ]);
    const local = found(
      '{ exports: { class: local-volume }, attachments: { class: local-volume }, backups: { class: local-volume } }',
    );
    expect(local.map(([, subject]) => subject).sort()).toEqual(['attachments', 'backups', 'exports']);
  });

  test('in object storage, or on a plain volume, they are not; a database belongs on a premium one', () => {
    expect(
      found(
        '{ archives: { class: object-storage }, exports: { class: standard-volume }, database: { class: premium-volume } }',
      ),
    ).toEqual([]);
  });

  test('OBJ-02: missing versioning on attachments is flagged, and so is versioning of which nobody speaks', () => {
    const attachments = (more: string) => found(`{ attachments: { class: object-storage${more} } }`);
    expect(attachments(', versioned: false')).toEqual([
      ['STORAGE_NOT_VERSIONED', 'attachments', expect.stringContaining('in a bucket that keeps no versions')],
    ]);
    expect(attachments('')).toMatchObject([
      ['STORAGE_NOT_VERSIONED', 'attachments', expect.stringContaining('nobody says')],
    ]);
    expect(attachments(', versioned: true')).toEqual([]);
    expect(found('{ exports: { class: object-storage, versioned: false } }')).toEqual([]);
  });

  test('database, filestore and logs on one volume are flagged, each on its own are not', () => {
    const on = (logs: string) =>
      found(
        `{ database: { class: premium-volume, volume: pg }, filestore: { class: standard-volume, volume: files }, logs: { class: standard-volume, volume: ${logs} } }`,
      );
    expect(on('pg')).toMatchObject([['STORAGE_CLASSES_MIXED', 'pg', expect.stringContaining('database and logs')]]);
    expect(on('logs')).toEqual([]);
    const bucket =
      '{ exports: { class: object-storage, volume: cold }, archives: { class: object-storage, volume: cold } }';
    expect(found(bucket)).toEqual([]);
  });
});
