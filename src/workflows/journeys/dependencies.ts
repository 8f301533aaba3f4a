import type { Clock } from '../../ports/clock.ts';
import type { JourneyKeyStore } from '../../ports/journey-key-store.ts';
import type { OdooAccess } from '../../ports/odoo-access.ts';
import type { SampleStore } from '../../ports/sample-store.ts';
import type { JourneyStore } from '../../ports/store.ts';

/** What running a journey needs. */
export interface JourneyDependencies {
  readonly clock: Clock;
  readonly odoo: OdooAccess;
  readonly keys: JourneyKeyStore;
  readonly journeys: Pick<JourneyStore, 'record' | 'list'>;
  readonly samples: Pick<SampleStore, 'write'>;
}
