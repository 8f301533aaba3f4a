import type { BusinessService, Environment } from '../../core/estate/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import type { CutOffFact } from '../../core/observe/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FilestoreReader } from '../../ports/filestore-reader.ts';
import type { HostReader } from '../../ports/host-reader.ts';
import type { IngressProbe } from '../../ports/ingress-probe.ts';
import type { OdooDatabase } from '../../ports/odoo-database.ts';
import type { OdooRpc } from '../../ports/odoo-rpc.ts';
import type { RedisReader } from '../../ports/redis-reader.ts';
import type { RequestLog } from '../../ports/request-log.ts';
import type { SampleStore } from '../../ports/sample-store.ts';
import type { Store } from '../../ports/store.ts';
import type { WebProbe } from '../../ports/web-probe.ts';
import type { ObserverMemory } from './memory.ts';

/** The ways to look at one environment; what the estate does not declare is `undefined`, and shown as not observed. */
export interface EnvironmentSources {
  readonly web: WebProbe | undefined;
  /** Whether the long-polling process can be asked on its own; behind a proxy it is. */
  readonly canProbeGevent: boolean;
  readonly database: OdooDatabase | undefined;
  /** Asked only where there is no database to read. */
  readonly rpc: OdooRpc | undefined;
  readonly log: RequestLog | undefined;
  readonly filestore: FilestoreReader | undefined;
  readonly host: HostReader | undefined;
  readonly redis?: RedisReader | undefined;
  readonly ingress?: IngressProbe | undefined;
}

/** What one look needs. */
export interface LookDeps {
  readonly clock: Clock;
  /** Opened once per environment and kept by whoever provides them. A fault while opening is a fault of the look. */
  sources(environment: Environment): EnvironmentSources;
  /** Kept between looks: what rates and rare questions need. `createObserverMemory()` makes one. */
  readonly memory: ObserverMemory;
}

/** What a recorded look needs besides. */
export interface ObserveDeps extends LookDeps {
  readonly store: Store;
  readonly samples: Pick<SampleStore, 'write' | 'writeSketches'>;
  /** All services of the estate; those of the environment are picked from them. */
  readonly services: readonly BusinessService[];
  nextCutOffs(environment: Environment, now: Temporal.Instant): readonly CutOffFact[];
  /** In whose name findings are opened and closed in the ledger. */
  readonly actor: Actor;
}
