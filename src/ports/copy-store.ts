import type { LifecycleState } from '../core/estate/index.ts';
import type { EnvironmentCopy } from '../core/recovery/index.ts';

/** Environments that nobody declared. A copy is not forgotten when it is removed: its state says so. */
export interface CopyStore {
  /** Throws COPY_EXISTS where another copy of that name is not retired. */
  create(copy: EnvironmentCopy): Promise<void>;
  /** Nothing happens where there is no such copy. */
  setState(id: string, state: LifecycleState, at: Temporal.Instant): Promise<void>;
  /** The one of that name that is not retired. */
  find(name: string): Promise<EnvironmentCopy | undefined>;
  /** Newest first. */
  list(options: { readonly includeRetired: boolean; readonly limit: number }): Promise<readonly EnvironmentCopy[]>;
}
