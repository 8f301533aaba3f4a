import { calendarOf, type Estate } from '../../core/estate/index.ts';
import {
  createSli,
  historyOf,
  judgeObjectives,
  type ObjectiveSpec,
  objectivesOf,
  pointAt,
  type Recorded,
  surroundingsOf,
} from '../../core/objective/index.ts';
import type { FakeWorld } from './life.ts';
import type { Scenario } from './scenarios.ts';
import { chance } from './signals.ts';

const pastDays = 35;
const stepSeconds = 900;
/** Where there are more environments than this, only the first ones are judged. */
const mostJudged = 12;

/** How many in a thousand fail on an ordinary day. */
const failuresPerMille: Readonly<Record<string, number>> = { availability: 1, latency: 24, backlog: 0, integration: 4 };

/** A promise that went wrong: an outage nine days ago in one environment, and whatever the day brings to acme. */
function isBadTime(scenario: Scenario, spec: ObjectiveSpec, agoSeconds: number): boolean {
  const { environment, kind } = spec;
  if (environment === 'polder-prod' && kind === 'availability') {
    return agoSeconds > 9 * 86_400 && agoSeconds < 9 * 86_400 + 5 * 3_600;
  }
  if (environment === 'acme-prod' && kind === 'latency') return agoSeconds > 2 * 86_400 && agoSeconds < 3 * 86_400;
  return scenario === 'troubled' && environment === 'acme-prod' && kind === 'availability' && agoSeconds < 1_800;
}

function pointOf(scenario: Scenario, spec: ObjectiveSpec, atSeconds: number, nowSeconds: number) {
  const at = Temporal.Instant.fromEpochMilliseconds(atSeconds * 1_000);
  const total =
    spec.kind === 'availability' ? 15 : Math.round(20 + 40 * chance(`${spec.service}/count`, at, stepSeconds));
  if (isBadTime(scenario, spec, nowSeconds - atSeconds)) return { atSeconds, good: Math.round(total * 0.2), total };
  const perMille = failuresPerMille[spec.kind] ?? 0;
  const failed = chance(spec.key, at, stepSeconds) < (perMille * total) / 1_000 ? 1 : 0;
  return { atSeconds, good: total - failed, total };
}

/** A cut-off a day, one of which was missed. */
function cutOffs(nowSeconds: number): Recorded['points'] {
  return Array.from({ length: pastDays }, (_, index) => {
    const ago = pastDays - index;
    return { atSeconds: nowSeconds - ago * 86_400 + 3_600, good: ago === 11 ? 0 : 1, total: 1 };
  });
}

/** What a made-up source recorded; savannah's was not seen for half a day. */
function recordedOf(scenario: Scenario, spec: ObjectiveSpec, now: Temporal.Instant): Recorded {
  const nowSeconds = now.epochMilliseconds / 1_000;
  const from = nowSeconds - pastDays * 86_400;
  const blind = { fromSeconds: nowSeconds - 6 * 86_400, toSeconds: nowSeconds - 5.5 * 86_400 };
  const isBlind = spec.environment === 'savannah-prod';
  const whole = [{ fromSeconds: from, toSeconds: nowSeconds }];
  const seen = isBlind
    ? [
        { fromSeconds: from, toSeconds: blind.fromSeconds },
        { fromSeconds: blind.toSeconds, toSeconds: nowSeconds },
      ]
    : whole;
  if (spec.signal.kind === 'none') return { points: [], seen: undefined };
  if (spec.kind === 'backlog') return { points: cutOffs(nowSeconds), seen };
  const count = (pastDays * 86_400) / stepSeconds;
  const points = Array.from({ length: count }, (_, index) =>
    pointOf(scenario, spec, from + (index + 1) * stepSeconds, nowSeconds),
  );
  const isSeen = (atSeconds: number): boolean =>
    !isBlind || atSeconds <= blind.fromSeconds || atSeconds > blind.toSeconds;
  return { points: points.filter(({ atSeconds }) => isSeen(atSeconds)), seen };
}

/** Verdicts of a made-up estate: the recordings are invented, the judge is the real one. */
async function judgeFakeObjectives(world: FakeWorld, estate: Estate): Promise<void> {
  const now = world.clock.now();
  for (const environment of estate.environments.slice(0, mostJudged)) {
    const specs = objectivesOf(estate, environment);
    const calendar = calendarOf(environment.sites, now.subtract({ hours: pastDays * 24 }), now);
    const slis = specs.map((spec) =>
      createSli(spec, recordedOf(world.scenario(), spec, now), surroundingsOf(spec, calendar, []), now),
    );
    const known = await world.store.objectives.list({ environment: environment.name });
    const verdicts = judgeObjectives({ slis, previous: new Map(known.map((each) => [each.key, each])) }, now);
    await world.store.objectives.put(environment.name, verdicts, now);
    const past = known.length === 0 ? slis.flatMap((sli) => historyOf(sli, now)) : [];
    await world.store.objectives.remember([...past, ...verdicts.map(pointAt)]);
  }
}

const judgeEverySeconds = 60;

/** Judges now, or where the last time is a minute ago. */
export function createFakeJudging(world: FakeWorld, estate: Estate) {
  let judgedAt: Temporal.Instant | undefined;
  const now = async (): Promise<void> => {
    judgedAt = world.clock.now();
    await judgeFakeObjectives(world, estate);
  };
  return {
    now,
    whenDue: async (): Promise<void> => {
      const age = judgedAt === undefined ? judgeEverySeconds : world.clock.now().since(judgedAt).total('seconds');
      if (age >= judgeEverySeconds) await now();
    },
  };
}
