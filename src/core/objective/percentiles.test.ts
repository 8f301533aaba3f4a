import { describe, expect, test } from 'vitest';
import { createLatencySketch, mergeSketches, sketchRelativeAccuracy } from '../observe/index.ts';

// The same ten thousand latencies as the reference had: numpy 2.4.6, numpy.quantile(v, share), linear, for
// v = 0.05 * exp(3 * (i * 0.6180339887498949 mod 1)); every fifth falls into a peak and is four times as slow there.
const latencies = Array.from({ length: 10_000 }, (_, i) => 0.05 * Math.exp(3 * ((i * 0.6180339887498949) % 1)));
const peak = latencies.filter((_, i) => i % 5 === 0).map((seconds) => seconds * 4);
const normal = latencies.filter((_, i) => i % 5 !== 0);

/** As they are kept: a sketch a minute, merged when asked for. */
function merged(values: readonly number[]) {
  const sketches = Array.from({ length: 50 }, (_, part) => {
    const sketch = createLatencySketch();
    for (const value of values.filter((_, index) => index % 50 === part)) sketch.add(value);
    return sketch.toBytes();
  });
  const sketch = mergeSketches(sketches);
  if (sketch === undefined) throw new Error('there is no sketch');
  return sketch;
}

describe('percentiles are those of a reference on the same data (MET-02)', () => {
  test.each([
    ['all', latencies, 0.5, 0.22406223718911944],
    ['all', latencies, 0.95, 0.864032151143084],
    ['all', latencies, 0.99, 0.9742616339058384],
    ['normal', normal, 0.95, 0.8633290064661655],
    ['normal', normal, 0.99, 0.9742616339058384],
    ['peak', peak, 0.95, 3.4622660496771482],
    ['peak', peak, 0.99, 3.8938395106472705],
  ] as const)('%s: within the accuracy of the sketch', (_, values, share, reference) => {
    const read = merged(values).quantile(share) ?? 0;
    expect(Math.abs(read - reference) / reference).toBeLessThanOrEqual(sketchRelativeAccuracy * 1.05);
  });

  test('a share within a limit is what numpy counts, but for those as close to it as the accuracy', () => {
    const near = latencies.filter((value) => Math.abs(value - 0.5) <= 0.5 * 2 * sketchRelativeAccuracy).length;
    // (v <= 0.5).mean() is 0.7675
    expect(Math.abs(merged(latencies).countUpTo(0.5) - 7_675)).toBeLessThanOrEqual(near);
    expect(near).toBeLessThan(150);
  });
});
