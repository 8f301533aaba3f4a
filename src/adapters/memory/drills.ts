import type { DrillReport } from '../../core/recovery/index.ts';
import type { DrillStore } from '../../ports/drill-store.ts';

/** Drill reports in memory. */
export function drillsOf(records: { readonly drills: Map<string, DrillReport> }): DrillStore {
  return {
    async record(report) {
      if (!records.drills.has(report.id)) records.drills.set(report.id, report);
    },
    async list({ environment, limit }) {
      return [...records.drills.values()]
        .filter((report) => environment === undefined || report.environment === environment)
        .sort((a, b) => Temporal.Instant.compare(b.startedAt, a.startedAt) || a.id.localeCompare(b.id))
        .slice(0, limit);
    },
    async get(id) {
      return records.drills.get(id);
    },
  };
}
