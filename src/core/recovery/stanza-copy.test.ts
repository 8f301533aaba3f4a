import { expect, test } from 'vitest';
import { planStanzaCopy } from './stanza-copy.ts';

const segment = (timeline: number, number: number): string =>
  `archive/acme/15-1/0000000${timeline}00000000/0000000${timeline}00000000${number.toString(16).toUpperCase().padStart(8, '0')}-${'a'.repeat(40)}.zst`;

const from = new Map([
  ['archive/acme/archive.info', 100],
  ['archive/acme/archive.info.copy', 100],
  [segment(1, 4), 10],
  [segment(1, 5), 11],
  [segment(1, 6), 12],
  [segment(2, 6), 13],
  ['archive/acme/15-1/00000002.history', 1],
  ['backup/acme/backup.info', 200],
  ['backup/acme/20261120-010000F/backup.manifest', 20],
  ['backup/acme/20261121-010000F/backup.manifest', 21],
  ['backup/acme/20261121-010000F/bundle/1', 9_000],
  ['backup/acme/backup.history/2026/20261121-010000F.manifest.gz', 5],
]);
const request = { stanza: 'acme', labels: ['20261121-010000F'], walStart: '000000010000000000000005' };

test('BKP-06: of a stanza a copy gets its backups and their log on every timeline, manifests after content, info last', () => {
  expect(planStanzaCopy(request, from, new Map())).toEqual({
    content: [
      segment(1, 5),
      segment(1, 6),
      'archive/acme/15-1/00000002.history',
      segment(2, 6),
      'backup/acme/20261121-010000F/bundle/1',
    ].toSorted(),
    manifests: ['backup/acme/20261121-010000F/backup.manifest'],
    info: ['archive/acme/archive.info', 'archive/acme/archive.info.copy', 'backup/acme/backup.info'],
    lost: [],
  });
});

test('what is there is not sent twice, and what was cut short is sent again', () => {
  const there = new Map(from).set('backup/acme/20261121-010000F/bundle/1', 8_999);
  const plan = planStanzaCopy(request, from, there);
  expect(plan).toMatchObject({ content: ['backup/acme/20261121-010000F/bundle/1'], manifests: [] });
  expect(planStanzaCopy(request, from, from)).toMatchObject({ content: [], manifests: [] });
});

test('a backup that the source has no more is named', () => {
  const labels = ['20261121-010000F', '20261101-010000F'];
  expect(planStanzaCopy({ ...request, labels }, from, new Map()).lost).toEqual(['20261101-010000F']);
});

test('a segment that is still being archived waits until it has its name', () => {
  const writing = new Map(from).set(`${segment(1, 7)}.pgbackrest.tmp`, 3);
  expect(planStanzaCopy(request, writing, from)).toMatchObject({ content: [], manifests: [] });
});
