import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exampleManifest, examplePhysical } from '../../ports/backup-manifest.fixture.ts';
import { formatManifest, parseManifest, piecesOf } from './manifest-format.ts';

const pieces = { count: 3, sha256: 'c'.repeat(64) };

test('a manifest comes back as it was written, instants to the nanosecond', () => {
  const manifest = exampleManifest({ consistentAt: Temporal.Instant.from('2026-11-21T08:45:12.123456789Z') });
  const read = parseManifest(formatManifest({ manifest, pieces }));
  if ('problem' in read) throw new Error(read.problem);
  expect(read.pieces).toEqual(pieces);
  expect(read.manifest.consistentAt.epochNanoseconds).toBe(manifest.consistentAt.epochNanoseconds);
  expect(formatManifest(read)).toBe(formatManifest({ manifest, pieces }));
});

test('BKP-01: a physical one comes back as it was written, and names what opens its database', () => {
  const id = '20261121T084512Z-physical-9f3a1c';
  const manifest = exampleManifest({ id, database: examplePhysical() });
  const read = parseManifest(formatManifest({ manifest, pieces }));
  if ('problem' in read) throw new Error(read.problem);
  expect(formatManifest(read)).toBe(formatManifest({ manifest, pieces }));
  expect(piecesOf(manifest)).toEqual(['c'.repeat(64), 'b'.repeat(64)]);
});

test.each([
  ['a label that reads as an option', { label: '--force' }, 'manifest.database.label'],
  ['a stanza with a path in it', { stanza: '../other' }, 'manifest.database.stanza'],
  [
    'a place that would write another line',
    { place: { kind: 'directory', directory: '/srv/x\nrepo1-path=/etc' } },
    'manifest.database.place.directory',
  ],
] as const)('%s is refused: pgBackRest would be told it', (_, changes, at) => {
  const manifest = exampleManifest({ database: examplePhysical(changes) });
  expect(parseManifest(formatManifest({ manifest, pieces }))).toEqual({ problem: expect.stringContaining(at) });
});

test('equal manifests are equal text, whatever order their members were written in', () => {
  const manifest = exampleManifest();
  const turned = Object.fromEntries(Object.entries(manifest).reverse()) as unknown as typeof manifest;
  expect(formatManifest({ manifest: turned, pieces })).toBe(formatManifest({ manifest, pieces }));
});

test.each([
  ['a path upwards', (text: string) => text.replaceAll('"toc.dat"', '"../toc.dat"'), 'manifest.database.files.0.path'],
  [
    'an absolute path',
    (text: string) => text.replaceAll('"toc.dat"', '"/etc/passwd"'),
    'manifest.database.files.0.path',
  ],
  ['an unknown member', (text: string) => text.replace('{', '{"more":1,'), 'more'],
  ['a newer format', (text: string) => text.replace('"format":1', '"format":2'), 'manifest.format'],
  ['a piece name that is none', (text: string) => text.replace('a'.repeat(64), 'A'.repeat(64)), 'sha256'],
  ['a cut text', (text: string) => text.slice(0, -1), 'not JSON'],
])('%s is refused with its place', (_, edit, place) => {
  const read = parseManifest(edit(formatManifest({ manifest: exampleManifest(), pieces })));
  expect(read).toEqual({ problem: expect.stringContaining(place) });
});

test('no text makes the reader throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(parseManifest(text)).toHaveProperty('problem');
    }),
  );
});

test('the pieces of a manifest are those of its dump, its index and its configuration', () => {
  const names = piecesOf(exampleManifest());
  expect(names).toEqual(['a'.repeat(64), 'b'.repeat(64)]);
});
