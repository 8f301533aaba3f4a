import type { DrillReport } from '../core/recovery/index.ts';

/** What drills have shown. A report is never changed. */
export interface DrillStore {
  /** Recording the same drill again changes nothing. */
  record(report: DrillReport): Promise<void>;
  /** Newest first, by their start. */
  list(options: { readonly environment?: string | undefined; readonly limit: number }): Promise<readonly DrillReport[]>;
  get(id: string): Promise<DrillReport | undefined>;
}
