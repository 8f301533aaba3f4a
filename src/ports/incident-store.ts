import type { Incident, IncidentState } from '../core/incident/index.ts';

/** Incidents, from detection to closure. Who changes one holds the lock of the alerts. */
export interface IncidentStore {
  put(incidents: readonly Incident[]): Promise<void>;
  get(id: string): Promise<Incident | undefined>;
  /** Newest first, by their detection. */
  list(options: {
    readonly environment?: string | undefined;
    readonly states?: readonly IncidentState[] | undefined;
    readonly detectedSince?: Temporal.Instant | undefined;
    readonly limit: number;
  }): Promise<readonly Incident[]>;
}
