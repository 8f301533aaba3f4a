// What an objective with little traffic pages: how long an outage at 90 % failure stays unseen, and how often a service that just
// keeps its promise is paged all the same. `node bench/low-traffic.ts [recordings]`; docs/objectives.md shows the figures.
import { createRandom } from '../src/core/kernel/index.ts';
import { type Objective, type Point, replay } from '../src/core/objective/index.ts';

const day = 86_400;
const start = Temporal.Instant.from('2026-11-01T00:00:00Z').epochMilliseconds / 1_000;
const stepSeconds = 300;

/** Requests that come at random, so many a day, each failing by itself, counted by five minutes. */
function recording(seed: number, days: number, perDay: number, failureRatio: number): readonly Point[] {
  const random = createRandom(seed);
  const steps = new Map<number, { good: number; total: number }>();
  for (let at = random.exponential(day / perDay); at <= days * day; at += random.exponential(day / perDay)) {
    const step = Math.ceil(at / stepSeconds) * stepSeconds;
    const counted = steps.get(step) ?? { good: 0, total: 0 };
    counted.total += 1;
    if (random.next() >= failureRatio) counted.good += 1;
    steps.set(step, counted);
  }
  return [...steps].map(([step, counted]) => ({ atSeconds: start + step, ...counted }));
}

/** Hours to the first page; `undefined` where nobody was paged. */
function pagedAfterHours(points: readonly Point[], objective: Objective): number | undefined {
  const page = replay(points, objective).pages.find(({ severity }) => severity === 'page');
  return page === undefined ? undefined : (page.at.epochMilliseconds / 1_000 - start) / 3_600;
}

const count = Number(process.argv[2] ?? 100);
const seeds = Array.from({ length: count }, (_, index) => index + 1);

console.log(`${count} recordings each: 8 days at 90 % failure; 30 days that just keep the promise`);
for (const targetRatio of [0.9, 0.95, 0.99, 0.995, 0.999]) {
  const objective: Objective = { targetRatio, windowSeconds: 30 * day, latencySeconds: undefined, exclusions: [] };
  for (const perDay of [2, 12, 50, 200, 1_000]) {
    const outages = seeds.map((seed) => pagedAfterHours(recording(seed, 8, perDay, 0.9), objective));
    const after = outages.flatMap((each) => each ?? []).toSorted((a, b) => a - b);
    const quiet = seeds.map((seed) => pagedAfterHours(recording(seed + 9_999, 30, perDay, 1 - targetRatio), objective));
    const at = (share: number): string => (after[Math.floor(after.length * share)] ?? Number.NaN).toFixed(1);
    console.log(
      `${(targetRatio * 100).toFixed(1)} %, ${perDay} a day: ${after.length} outages paged, after ${at(0.5)} h (median), ${at(0.95)} h (95 %); ${quiet.filter((each) => each !== undefined).length} quiet months paged`,
    );
  }
}
