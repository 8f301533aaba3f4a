import type { Estate } from '../../core/estate/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SampleStore } from '../../ports/sample-store.ts';
import type { Store } from '../../ports/store.ts';

/** What looking at alerts needs. */
export interface AlertDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Store;
  readonly samples: Pick<SampleStore, 'latest' | 'range'>;
  readonly estate: () => Estate;
  readonly newId: () => string;
  readonly actor: Actor;
}
