import { expect, test } from 'vitest';
import { createPace, createPhaseLines } from './pace.ts';

const mib = 2 ** 20;

test('work that counts bytes is told with bytes, rate and time left', () => {
  let now = 100;
  const pace = createPace(() => now);
  expect(pace({ detail: 'a file', doneBytes: 0, totalBytes: 100 * mib })).toMatchObject({ ratio: 0 });
  now += 10;
  expect(pace({ detail: '3 of 9 files', doneBytes: 20 * mib, totalBytes: 100 * mib })).toEqual({
    ratio: 0.2,
    detail: '20 MiB of 100 MiB, 2 MiB/s, 40s left; 3 of 9 files',
  });
  expect(pace({ detail: '', doneBytes: 30 * mib }).detail).toBe('30 MiB, 3 MiB/s');
});

test('what was there at the first word gives no rate: nobody knows how long it took', () => {
  let now = 100;
  const pace = createPace(() => now);
  const tell = (mibs: number) => pace({ detail: 'the cluster', doneBytes: mibs * mib, totalBytes: 52 * mib }).detail;
  expect(tell(2)).toBe('2 MiB of 52 MiB, 0 B/s; the cluster');
  now += 10;
  expect(tell(12)).toBe('12 MiB of 52 MiB, 1 MiB/s, 40s left; the cluster');
});

test('work that knows no bytes is told as it tells of itself', () => {
  expect(createPace()({ detail: 'roles', ratio: 0.5 })).toEqual({ ratio: 0.5, detail: 'roles' });
});

test('phases beside each other have a pace each, and a line in five seconds each', () => {
  let now = 0;
  const lines: string[] = [];
  const tell = createPhaseLines(
    (line) => lines.push(line),
    () => now,
  );
  for (now = 0; now <= 6; now += 1) {
    tell({ phase: 'restore-database', detail: 'tables', doneBytes: now * mib });
    tell({ phase: 'restore-filestore', detail: 'files', doneBytes: now * mib, totalBytes: 10 * mib });
  }
  expect(lines).toEqual([
    '  restore-database: tables',
    expect.stringMatching(/^ {2}restore-filestore: 0 %, 0 .*of 10 MiB/),
    '  restore-database: 5 MiB, 1 MiB/s; tables',
    '  restore-filestore: 50 %, 5 MiB of 10 MiB, 1 MiB/s, 5s left; files',
  ]);
});
