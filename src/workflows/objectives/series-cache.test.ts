import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ObjectiveSpec, Recorded } from '../../core/objective/index.ts';
import type { SliQuery, SliSource } from '../../ports/sli-source.ts';
import { pack, unpackAfter } from './packed-points.ts';
import { createSeriesCache } from './series-cache.ts';

const day = 86_400;
const spec: ObjectiveSpec = {
  ...{ key: 'acme-prod.s.availability-2d', environment: 'acme-prod', service: 's', kind: 'availability' },
  ...{ promise: '99% available over 2d', commitment: null, targetRatio: 0.99, windowSeconds: 2 * day },
  ...{ window: { kind: 'rolling', seconds: 2 * day }, latency: undefined, exclude: [], everySeconds: 300 },
  signal: { kind: 'journey', journey: 'ship-order', limitSeconds: undefined },
};
const noon = Temporal.Instant.from('2026-11-18T12:00:00Z');
const secondsOf = (at: Temporal.Instant): number => at.epochMilliseconds / 1_000;

/** One run every five minutes, each seventh of which failed; remembers what it was asked. */
function source(): SliSource & { readonly asked: SliQuery[] } {
  const asked: SliQuery[] = [];
  return {
    asked,
    async read(_spec, query): Promise<Recorded> {
      asked.push(query);
      const points = [];
      for (let at = secondsOf(query.from) + 300; at <= secondsOf(query.to); at += 300) {
        points.push({ atSeconds: at, good: (at / 300) % 7 === 0 ? 0 : 1, total: 1 });
      }
      return { points, seen: [{ fromSeconds: secondsOf(query.from), toSeconds: secondsOf(query.to) }] };
    },
  };
}

describe('the past of objectives, kept in memory', () => {
  test('is what reading all of it anew would be, for as long as one looks; and is read once', async () => {
    const [cached, plain] = [source(), source()];
    const cache = createSeriesCache();
    for (let minutes = 0; minutes < 600; minutes += 35) {
      const now = noon.add({ minutes });
      const read = await cache.read(cached, spec, now);
      const anew = await plain.read(spec, { from: now.subtract({ seconds: 2 * day }), to: now, stepSeconds: 300 });
      expect(read.points).toEqual(anew.points);
      expect(read.seen).toEqual([{ fromSeconds: expect.any(Number), toSeconds: secondsOf(now) }]);
    }
    const whole = cached.asked.filter(({ from, to }) => to.since(from).total('hours') > 24);
    expect(whole).toHaveLength(1);
  });

  test('is forgotten an hour after nobody asks, and read again', async () => {
    const cached = source();
    const cache = createSeriesCache();
    await cache.read(cached, spec, noon);
    const later = noon.add({ hours: 2 });
    // Somebody asks about another: then those that nobody asks about go.
    await cache.read(cached, { ...spec, key: 'another' }, later);
    const before = cached.asked.length;
    await cache.read(cached, spec, later);
    expect(cached.asked.slice(before).some(({ from, to }) => to.since(from).total('hours') > 24)).toBe(true);
  });

  test('what is packed is what is unpacked, whole or not, small or large', () => {
    const number = fc.oneof(fc.nat(1_000), fc.double({ min: 0, max: 1e12, noNaN: true }), fc.nat());
    const point = fc.record({
      atSeconds: fc.oneof(fc.nat(), fc.double({ min: 0, max: 4e9, noNaN: true })),
      good: number,
      total: number,
    });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 40 }), fc.nat(), (points, from) => {
        expect(unpackAfter(pack(points), -1)).toEqual(points);
        expect(unpackAfter(pack(points), from)).toEqual(points.filter(({ atSeconds }) => atSeconds > from));
      }),
    );
  });
});
