export type Rollout = 'recreate' | 'rolling' | 'blue-green' | 'canary';

export interface Change {
  readonly rollout: Rollout;
  readonly approvals: number;
  /** Names of calendar events in which changes may go out; empty where any time will do. */
  readonly windows: readonly string[];
  /** Names of calendar events in which none may, besides freezes. */
  readonly freezes: readonly string[];
}
