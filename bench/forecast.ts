// How well the cut-off forecast warns, on generated days with known endings, beside a static threshold tuned on the same kind
// of days. `node bench/forecast.ts [days]`; docs/objectives.md shows the figures.
import { type BacklogPoint, replayForecast } from '../src/core/forecast/index.ts';
import { createRandom, type Random } from '../src/core/kernel/index.ts';

const dayStart = Temporal.Instant.from('2026-11-23T08:00:00Z');
const cutOffSeconds = 9 * 3_600;
const stepSeconds = 300;
const kinds = ['calm', 'wave', 'slow floor', 'late surge', 'carrier down'] as const;

interface Day {
  readonly kind: (typeof kinds)[number];
  readonly points: readonly BacklogPoint[];
  readonly left: number;
}

function poisson(random: Random, mean: number): number {
  let count = 0;
  for (let passed = random.exponential(1); passed < mean; passed += random.exponential(1)) count += 1;
  return count;
}

type Pace = { readonly arrive: number; readonly drain: number };

const paces: Readonly<Record<Day['kind'], (base: number, drain: number, hour: number) => Pace>> = {
  calm: (base, drain) => ({ arrive: base * 0.9, drain }),
  wave: (base, drain, hour) => ({ arrive: base * (hour % 2 < 0.25 ? 3 : 0.75), drain }),
  'slow floor': (base, drain, hour) => ({ arrive: base, drain: drain * (hour > 3 ? 0.75 : 1) }),
  'late surge': (base, drain, hour) => ({ arrive: base * (hour > 6 ? 2.2 : 0.9), drain }),
  'carrier down': (base, drain, hour) => ({ arrive: base, drain: hour > 6 && hour < 8 ? 0 : drain }),
};

/** Parcels per hour that arrive at an hour of the day, and that the floor can drain; before its first hour it is closed. */
function pace(kind: Day['kind'], hour: number, size: number): Pace {
  if (hour < 0) return { arrive: size * 0.15, drain: 0 };
  // Orders for today's lorry are taken until an hour before it leaves, fewer and fewer towards the end.
  const base = hour > 8 ? 0 : size * (0.5 + 0.7 * Math.exp(-((hour - 4) ** 2) / 6)) * Math.min(1, (8 - hour) / 1.5);
  const drain = size * (hour > 4 && hour < 4.5 ? 0.3 : 1.1);
  return paces[kind](base, drain, hour);
}

/**
 * A day of a site whose usual day has `size` parcels an hour; `start` is when its floor opens, in seconds since 1970. Where
 * orders come around the clock, its rows begin so many hours before.
 */
function makeDay(seed: number, size: number, start: number, nightHours: number): Day {
  const random = createRandom(seed);
  const kind = random.pick(kinds);
  const strength = 0.9 + 0.25 * random.next();
  const points: BacklogPoint[] = [];
  let backlog = random.integer(Math.round(size / 2));
  let wander = 1;
  for (let second = stepSeconds - nightHours * 3_600; second <= cutOffSeconds; second += stepSeconds) {
    wander *= Math.exp((random.next() - 0.5) * 0.06);
    const { arrive, drain } = pace(kind, second / 3_600, size);
    const arrived = poisson(random, (arrive * stepSeconds) / 3_600);
    const capacity = poisson(random, (drain * strength * wander * stepSeconds) / 3_600);
    const drained = Math.min(backlog + arrived, capacity);
    backlog += arrived - drained;
    points.push({ atSeconds: start + second, backlog, arrived, drained });
  }
  return { kind, points, left: backlog };
}

interface Score {
  missed: number;
  caught: number;
  falseAlarms: number;
  quiet: number;
  leads: number[];
}

const emptyScore = (): Score => ({ missed: 0, caught: 0, falseAlarms: 0, quiet: 0, leads: [] });

/** A warning counts where it stood for good at least `usefulMinutes` before the cut-off; any other is noise. */
const usefulMinutes = 30;

function score(result: Score, day: Day, warnedAtMinutesLeft: number | undefined, tolerated: number): void {
  const isBad = day.left > tolerated;
  if (isBad && warnedAtMinutesLeft !== undefined && warnedAtMinutesLeft >= usefulMinutes) {
    result.caught += 1;
    result.leads.push(warnedAtMinutesLeft);
  } else if (isBad) result.missed += 1;
  else if (warnedAtMinutesLeft !== undefined) result.falseAlarms += 1;
  else result.quiet += 1;
}

/** When the last unbroken warning began, in minutes before the cut-off, where it stood for at least two looks. */
function warnedAt(warns: readonly boolean[]): number | undefined {
  const first = warns.findIndex((warn, index) => warn && warns[index + 1] === true);
  return first === -1 ? undefined : ((warns.length - 1 - first) * stepSeconds) / 60;
}

const days = Number(process.argv[2] ?? 1_000);
const tolerated = 3;
const cutOff = dayStart.add({ seconds: cutOffSeconds });
const startSeconds = dayStart.epochMilliseconds / 1_000;

interface Result {
  readonly forecast: Score;
  readonly withHistory: Score;
  /** One number for all sites, as people set it. */
  readonly thresholds: readonly { readonly parcels: number; readonly result: Score }[];
  /** The same scaled to each site's size by someone who knows it. */
  readonly scaled: Score;
  readonly buckets: readonly { said: number; came: number; count: number }[];
}

function calibrate(buckets: Result['buckets'], probabilityClears: number, cleared: boolean): void {
  const bucket = buckets[Math.min(9, Math.floor(probabilityClears * 10))];
  if (bucket === undefined) return;
  bucket.said += probabilityClears;
  bucket.came += cleared ? 1 : 0;
  bucket.count += 1;
}

function evaluate(nightHours: number): Result {
  const result: Result = {
    forecast: emptyScore(),
    withHistory: emptyScore(),
    thresholds: [150, 300].map((parcels) => ({ parcels, result: emptyScore() })),
    scaled: emptyScore(),
    buckets: Array.from({ length: 10 }, () => ({ said: 0, came: 0, count: 0 })),
  };
  for (let seed = 1; seed <= days; seed += 1) {
    const size = 60 + (seed % 10) * 30;
    const day = makeDay(seed, size, startSeconds, nightHours);
    const history = [5, 4, 3, 2, 1].flatMap(
      (ago) => makeDay(seed * 7 + ago * 100_003, size, startSeconds - ago * 86_400, nightHours).points,
    );
    const told = replayForecast(day.points, cutOff);
    score(result.forecast, day, warnedAt(told.map(({ warns }) => warns)), tolerated);
    const said = replayForecast([...history, ...day.points], cutOff);
    score(result.withHistory, day, warnedAt(said.map(({ warns }) => warns)), tolerated);
    const above = (parcels: number) => warnedAt(day.points.map(({ backlog }) => backlog > parcels));
    for (const each of result.thresholds) score(each.result, day, above(each.parcels), tolerated);
    score(result.scaled, day, above(size), tolerated);
    for (const each of said.slice(24, -1)) calibrate(result.buckets, each.probabilityClears, day.left <= tolerated);
  }
  return result;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const line = (name: string, { missed, caught, falseAlarms, quiet, leads }: Score): string =>
  `${name.padEnd(42)} caught ${caught} of ${caught + missed}, false alarms ${falseAlarms} of ${falseAlarms + quiet} good days, median lead ${median(leads)} min`;
const percent = (part: number, count: number): string => ((part / count) * 100).toFixed(0).padStart(3);

function print({ forecast, withHistory, thresholds, scaled, buckets }: Result): void {
  console.log(line('forecast, this day alone', forecast));
  console.log(line('forecast, five earlier days known', withHistory));
  for (const { parcels, result } of thresholds) console.log(line(`static: above ${parcels} parcels`, result));
  console.log(line("static: above an hour's parcels of the site", scaled));
  console.log('said to clear → cleared (calibration):');
  for (const { said, came, count } of buckets) {
    if (count > 0) console.log(`  ${percent(said, count)} % → ${percent(came, count)} %  (${count} forecasts)`);
  }
}

console.log(`${days} generated days, ${usefulMinutes} minutes' notice asked`);
console.log('orders while the floor works:');
print(evaluate(0));
console.log('orders around the clock, a floor that is closed by night:');
print(evaluate(8));
