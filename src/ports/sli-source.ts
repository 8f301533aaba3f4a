import type { ObjectiveSpec, Recorded } from '../core/objective/index.ts';

/** The stretch that is asked for, and how finely. Points end with their steps; the last one ends with the stretch. */
export interface SliQuery {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  readonly stepSeconds: number;
}

/** Where the good and the total of objectives are read. What is not known is left out, never made zero. */
export interface SliSource {
  read(spec: ObjectiveSpec, query: SliQuery): Promise<Recorded>;
}
