import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrivals, createTally, type LoadProfile, loadClasses, parseProfile, parseRate, shapeAt } from './index.ts';

function profileOf(text: string): LoadProfile {
  const { profile, diagnostics } = parseProfile('p.yaml', text);
  if (profile === undefined) throw new Error(JSON.stringify(diagnostics));
  return profile;
}

const steady = profileOf('name: steady\nclasses: { scan: 2/s, picking: 60/min, label: 30/min }\n');

describe('profiles', () => {
  test.each(['modest', 'peak'])('the example %s declares every class', async (name) => {
    const text = await readFile(join(import.meta.dirname, '../../../examples/load', `${name}.yaml`), 'utf8');
    expect(Object.keys(profileOf(text).ratesPerSecond).toSorted()).toEqual([...loadClasses].toSorted());
  });

  test.each([
    ['60/h', 1 / 60],
    ['2.5/min', 2.5 / 60],
    ['1/s', 1],
    ['0/h', 0],
  ])('%s is %d per second', (text, rate) => {
    expect(parseRate(text)).toBeCloseTo(rate, 12);
  });

  test.each(['60', '60/y', '-1/h', '1e9/s', '', '2000/s'])('%o is no rate', (text) => {
    expect(parseRate(text)).toBeUndefined();
  });

  test('everything wrong is found at once, with its place', () => {
    const { profile, diagnostics } = parseProfile(
      'p.yaml',
      'name: x\nclasses:\n  scan: fast\n  teleport: 1/h\nramp: long\n',
    );
    expect(profile).toBeUndefined();
    expect(diagnostics.map(({ line, message }) => [line, message.split(':')[0]])).toEqual(
      expect.arrayContaining([
        [3, 'classes.scan'],
        [5, 'ramp'],
      ]),
    );
    expect(diagnostics.some(({ message }) => message.includes('teleport'))).toBe(true);
  });

  test('a file that is not YAML, and a profile without work, are said plainly', () => {
    expect(parseProfile('p.yaml', 'name: [').diagnostics).toHaveLength(1);
    expect(parseProfile('p.yaml', 'name: x\nclasses: {}\n').diagnostics[0]?.message).toContain('at least one class');
    expect(parseProfile('p.yaml', '').diagnostics).toHaveLength(1);
  });
});

describe('arrivals', () => {
  test('the same seed gives the same arrivals, another seed others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const first = [...arrivals(steady, seed, 30)];
        expect([...arrivals(steady, seed, 30)]).toEqual(first);
        expect([...arrivals(steady, (seed + 1) % 2 ** 32, 30)]).not.toEqual(first);
      }),
      { numRuns: 50 },
    );
  });

  test('come in time order, within the time, and count up within their class', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 1, max: 60 }), (seed, until) => {
        const all = [...arrivals(steady, seed, until)];
        expect(all.every(({ atSeconds }) => atSeconds >= 0 && atSeconds < until)).toBe(true);
        expect(all.map(({ atSeconds }) => atSeconds)).toEqual(
          all.map(({ atSeconds }) => atSeconds).toSorted((a, b) => a - b),
        );
        const scans = all.filter((arrival) => arrival.class === 'scan');
        expect(scans.map(({ sequence }) => sequence)).toEqual(scans.map((_scan, index) => index));
      }),
      { numRuns: 50 },
    );
  });

  test('have the mean and the spread of a Poisson process', () => {
    // 400 windows of 10 s at 2/s: mean 20 and variance 20 each.
    const counts = new Array<number>(400).fill(0);
    for (const { class: name, atSeconds } of arrivals(steady, 11, 4_000)) {
      const window = Math.floor(atSeconds / 10);
      if (name === 'scan') counts[window] = (counts[window] ?? 0) + 1;
    }
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
    expect(mean).toBeGreaterThan(19);
    expect(mean).toBeLessThan(21);
    expect(variance / mean).toBeGreaterThan(0.8);
    expect(variance / mean).toBeLessThan(1.2);
  });

  test('adding a class leaves the arrivals of the others as they are', () => {
    const more = profileOf('name: more\nclasses: { scan: 2/s, picking: 60/min, label: 30/min, returns: 1/s }\n');
    const without = [...arrivals(more, 5, 60)].filter((arrival) => arrival.class !== 'returns');
    expect(without).toEqual([...arrivals(steady, 5, 60)]);
  });

  test('a ramp thins the beginning and a burst thickens its time', () => {
    const shaped = profileOf(
      'name: shaped\nclasses: { scan: 10/s }\nramp: 100s\nbursts: [{ at: 200s, lasts: 100s, times: 3 }]\n',
    );
    const between = (from: number, to: number) =>
      [...arrivals(shaped, 3, 400)].filter(({ atSeconds }) => atSeconds >= from && atSeconds < to).length;
    expect(between(0, 100) / 1_000).toBeCloseTo(0.5, 1);
    expect(between(100, 200) / 1_000).toBeCloseTo(1, 1);
    expect(between(200, 300) / 1_000).toBeCloseTo(3, 0);
    expect(shapeAt(shaped, 50)).toBe(0.5);
  });
});

test('the kinds of errors in a report are bounded', () => {
  const tally = createTally(steady);
  for (let index = 0; index < 100; index += 1) {
    tally.arrive('scan');
    tally.end('scan', { kind: 'failed', error: `error ${index}` });
  }
  const [scan] = tally.report(1, 10).classes.filter((row) => row.class === 'scan');
  expect(Object.keys(scan?.errors ?? {}).length).toBeLessThanOrEqual(21);
  expect(scan).toMatchObject({ arrived: 100, failed: 100, unfinished: 0 });
});
