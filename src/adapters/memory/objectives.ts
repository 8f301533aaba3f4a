import type { ObjectivePoint, ObjectiveVerdict } from '../../core/objective/index.ts';
import type { ObjectiveCounter, ObjectiveStore } from '../../ports/objective-store.ts';

export interface ObjectiveRecords {
  readonly objectives: Map<string, ObjectiveVerdict>;
  readonly objectivesJudged: Map<string, Temporal.Instant>;
  readonly objectivePoints: Map<string, ObjectivePoint>;
  readonly objectiveCounters: Map<string, ObjectiveCounter & { readonly upTo: Temporal.Instant }>;
}

const compare = Temporal.Instant.compare;

/** Verdicts on objectives in memory. */
export function objectivesOf(records: ObjectiveRecords): ObjectiveStore {
  return {
    async put(environment, verdicts, at) {
      const before = records.objectivesJudged.get(environment);
      if (before !== undefined && compare(before, at) > 0) return;
      records.objectivesJudged.set(environment, at);
      for (const [key, verdict] of records.objectives) {
        if (verdict.environment === environment) records.objectives.delete(key);
      }
      for (const verdict of verdicts) records.objectives.set(verdict.key, verdict);
    },
    async list({ environment } = {}) {
      return [...records.objectives.values()]
        .filter((verdict) => environment === undefined || verdict.environment === environment)
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async get(key) {
      return records.objectives.get(key);
    },
    async remember(points) {
      for (const point of points) records.objectivePoints.set(`${point.key} ${point.at}`, point);
    },
    async history(key, since) {
      return [...records.objectivePoints.values()]
        .filter((point) => point.key === key && compare(point.at, since) >= 0)
        .sort((a, b) => compare(a.at, b.at));
    },
    async advance(counted) {
      for (const { key, good, total, from, upTo } of counted) {
        const known = records.objectiveCounters.get(key);
        if (known !== undefined && !known.upTo.equals(from)) continue;
        const sums = { good: (known?.good ?? 0) + good, total: (known?.total ?? 0) + total };
        records.objectiveCounters.set(key, { key, ...sums, upTo });
      }
    },
    async countedUpTo(keys) {
      return new Map(
        keys.flatMap((key) => {
          const known = records.objectiveCounters.get(key);
          return known === undefined ? [] : [[key, known.upTo] as const];
        }),
      );
    },
    async counters() {
      return [...records.objectiveCounters.values()]
        .map(({ key, good, total }) => ({ key, good, total }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async prune(before) {
      const old = [...records.objectivePoints].filter(([, point]) => compare(point.at, before) < 0);
      for (const [key] of old) records.objectivePoints.delete(key);
      return old.length;
    },
  };
}
