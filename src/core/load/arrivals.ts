import { createRandom, type Seconds, seedFrom } from '../kernel/index.ts';
import { type LoadClass, type LoadProfile, loadClasses } from './profile.ts';

/** One piece of work that arrives at its time, whether or not earlier ones are done. */
export interface Arrival {
  readonly class: LoadClass;
  readonly atSeconds: Seconds;
  /** Counts within its class, from 0. */
  readonly sequence: number;
  /** For what chance decides about this piece of work. */
  readonly seed: number;
}

/** How high the rates are at a moment, as a multiple of what is declared. */
export function shapeAt(profile: LoadProfile, atSeconds: Seconds): number {
  const ramped = profile.rampSeconds > 0 ? Math.min(1, atSeconds / profile.rampSeconds) : 1;
  const running = profile.bursts.filter(
    (burst) => atSeconds >= burst.atSeconds && atSeconds < burst.atSeconds + burst.lastsSeconds,
  );
  return running.reduce((height, burst) => height * burst.times, ramped);
}

function highestShape(profile: LoadProfile): number {
  return profile.bursts.reduce((height, burst) => height * Math.max(1, burst.times), 1);
}

/** Poisson arrivals of one class by thinning: drawn at the highest rate, kept with the share that is due at the moment. */
function* classArrivals(
  profile: LoadProfile,
  name: LoadClass,
  seed: number,
  untilSeconds: Seconds,
): Generator<Arrival> {
  const rate = profile.ratesPerSecond[name] ?? 0;
  if (rate <= 0) return;
  // The stream depends on the seed and the class only: changing one class leaves the arrivals of the others as they are.
  const random = createRandom(seedFrom(`${seed}/${name}`));
  const highest = highestShape(profile);
  let sequence = 0;
  for (
    let at = random.exponential(1 / (rate * highest));
    at < untilSeconds;
    at += random.exponential(1 / (rate * highest))
  ) {
    if (random.next() * highest >= shapeAt(profile, at)) continue;
    yield { class: name, atSeconds: at, sequence, seed: random.integer(2 ** 31) };
    sequence += 1;
  }
}

/** All arrivals in time order, made as they are asked for: a day's worth costs no memory. */
export function* arrivals(profile: LoadProfile, seed: number, untilSeconds: Seconds): Generator<Arrival> {
  const streams = loadClasses.map((name) => classArrivals(profile, name, seed, untilSeconds));
  const heads = streams.map((stream) => stream.next());
  for (;;) {
    let earliest = -1;
    for (const [index, head] of heads.entries()) {
      if (head.done === true) continue;
      const best = heads[earliest];
      if (best === undefined || best.done === true || head.value.atSeconds < best.value.atSeconds) earliest = index;
    }
    const head = heads[earliest];
    const stream = streams[earliest];
    if (head === undefined || stream === undefined || head.done === true) return;
    yield head.value;
    heads[earliest] = stream.next();
  }
}
