// How long judging takes as objectives grow. Run with `npm run bench objectives`; linear means that the columns per 1,000 stay level.
import {
  burnRulesFor,
  createSli,
  judgeObjectives,
  type ObjectiveSpec,
  type ObjectiveVerdict,
  type Point,
  type Sli,
} from '../src/core/objective/index.ts';

const now = Temporal.Instant.from('2026-11-21T12:00:00Z');
const nowSeconds = now.epochMilliseconds / 1_000;
const hour = 3_600;

function specOf(index: number): ObjectiveSpec {
  return {
    key: `env-${index}.ship.availability-30d`,
    environment: `env-${index}`,
    service: 'ship',
    kind: 'availability',
    promise: '99.5% available over 30d',
    commitment: null,
    targetRatio: 0.995,
    windowSeconds: 30 * 24 * hour,
    window: { kind: 'rolling', seconds: 30 * 24 * hour },
    signal: { kind: 'journey', journey: 'ship-order', limitSeconds: undefined },
    latency: undefined,
    exclude: [],
    everySeconds: hour,
  };
}

/** As it is kept: by the minute for six hours, by the hour for thirty days. One in seven is so quiet that events are judged. */
function recordedOf(index: number): readonly Point[] {
  const isQuiet = index % 7 === 0;
  const total = isQuiet ? 1 : 40 + (index % 60);
  const ages = [
    ...Array.from({ length: 714 }, (_, hours) => (720 - hours) * hour),
    ...Array.from({ length: 361 }, (_, minutes) => (360 - minutes) * 60),
  ];
  return ages.map((age, at) => {
    // One in a hundred has been burning for an hour.
    const isBurning = index % 100 === 3 && age < hour;
    const failed = isBurning || (at * 7_919 + index * 104_729) % 997 < 4 ? Math.ceil(total * 0.2) : 0;
    return { atSeconds: nowSeconds - age, good: total - failed, total };
  });
}

const surroundings = { excluded: [], peaks: [], compromises: [] };

/** Batches keep memory small; building the sums and judging them are timed, making up what was recorded is not. */
const batch = 1_000;

function measure(count: number): { readonly judging: number; readonly building: number; readonly firing: number } {
  let judging = 0;
  let building = 0;
  let firing = 0;
  const previous = new Map<string, ObjectiveVerdict>();
  for (let start = 0; start < count; start += batch) {
    const recorded = Array.from({ length: Math.min(batch, count - start) }, (_, index) => recordedOf(start + index));
    const beginning = performance.now();
    const slis: Sli[] = recorded.map((points, index) =>
      createSli(specOf(start + index), { points, seen: undefined }, surroundings, now),
    );
    const built = performance.now();
    const verdicts = judgeObjectives({ slis, previous }, now);
    judging += performance.now() - built;
    building += built - beginning;
    firing += verdicts.filter((verdict) => verdict.firing.length > 0).length;
  }
  return { judging, building, firing };
}

/** Prints the figures. */
export async function run(): Promise<void> {
  measure(batch);
  const rules = burnRulesFor(30 * 24 * hour).length;
  console.log(`${rules} burn rules over 8 windows, attainment and condition of each; 1,075 points each, one thread`);
  console.log('objectives  judged (ms)  per 1,000 (ms)  built (ms)  per 1,000 (ms)  built / judged  firing');
  for (const count of [3_000, 10_000, 30_000]) {
    const { judging, building, firing } = measure(count);
    const perThousand = (milliseconds: number): string => ((milliseconds * 1_000) / count).toFixed(1);
    const columns = [
      ...[count, judging.toFixed(0), perThousand(judging), building.toFixed(0), perThousand(building)],
      ...[(building / judging).toFixed(1), firing],
    ];
    console.log(columns.map((each, index) => String(each).padStart([10, 12, 15, 11, 15, 15, 7][index] ?? 8)).join(' '));
  }
}
