import { expect, test } from 'vitest';
import { examplePhysical } from '../../ports/backup-manifest.fixture.ts';
import { judgeArchive } from './archive-check.ts';

const segment = (number: number): string =>
  `0000000100000000000000${number.toString(16).toUpperCase().padStart(2, '0')}`;
const file = (number: number): string => `15-1/0000000100000000/${segment(number)}-${'a'.repeat(40)}.zst`;
const full = '20261121-084512F';
const backup = examplePhysical({
  label: `${full}_20261122-084512D`,
  needs: [full],
  walStart: segment(4),
  walStop: segment(6),
});
const whole = { labels: [full, backup.label], segments: [4, 5, 6].map(segment), damaged: [] };

test('nothing is wrong where the label, what it needs and its log are there', () => {
  expect(judgeArchive(backup, whole)).toEqual([]);
  expect(judgeArchive(backup, { ...whole, segments: [1, 2, 4, 5, 6, 7, 8].map(segment) })).toEqual([]);
});

test('BKP-03: a lost segment is named, with what it costs', () => {
  expect(judgeArchive(backup, { ...whole, segments: [4, 6].map(segment) })).toMatchObject([
    { what: 'log', name: segment(5), state: 'missing', detail: expect.stringContaining('cannot be recovered') },
  ]);
  expect(judgeArchive(backup, { ...whole, segments: [5, 6].map(segment) })).toMatchObject([{ name: segment(4) }]);
  expect(judgeArchive(backup, { ...whole, segments: [4, 5].map(segment) })).toMatchObject([
    { what: 'log', name: segment(6), state: 'missing', detail: expect.stringContaining(segment(5)) },
  ]);
  expect(judgeArchive(backup, { ...whole, segments: [] })).toMatchObject([{ what: 'log', name: segment(6) }]);
  expect(judgeArchive(backup, { ...whole, segments: [4, 5, 6, 9].map(segment) })).toMatchObject([
    { name: segment(7), detail: expect.stringMatching(/^2 segments to .* no later instant/) },
  ]);
});

test('a label that is gone, or one that it needs, is named', () => {
  expect(judgeArchive(backup, { ...whole, labels: [backup.label] })).toMatchObject([
    { what: 'database', name: full, state: 'missing' },
  ]);
});

test('RST-03: what pgBackRest finds damaged is told where it is this backup that suffers', () => {
  const damaged = [
    `${file(5)}: invalid checksum`,
    `${file(3)}: invalid checksum`,
    `${full}/pg_data/base/1/2.zst: invalid checksum`,
    '20261120-084512F/pg_data/base/1/2.zst: invalid checksum',
    'the first archived segment, or a file of the repository itself',
  ];
  expect(judgeArchive(backup, { ...whole, damaged })).toMatchObject([
    { what: 'log', name: segment(5), state: 'altered' },
    { what: 'database', name: full, state: 'altered' },
    { what: 'database', name: backup.label, state: 'altered' },
  ]);
});
