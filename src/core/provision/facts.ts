import type { HostComponent } from '../compile/index.ts';
import type { Bytes } from '../kernel/index.ts';

/** A loopback port that the environment needs, and who holds it now. */
export interface PortFact {
  readonly port: number;
  readonly component: HostComponent;
  readonly holder: 'free' | 'ours' | 'other';
  /** How to choose another, as a sentence. */
  readonly remedy: string;
}

/** What was observed about the machine; nothing in it is a wish. */
export interface HostFacts {
  /** Why platform `host` cannot work here, in words; `undefined` where it can. */
  readonly obstacle: string | undefined;
  readonly missingPackages: readonly string[];
  readonly odooVersion: string | undefined;
  readonly hasOdooUser: boolean;
  readonly hasCluster: boolean;
  readonly hasDatabase: boolean;
  readonly hasPreparedDatabase: boolean;
  readonly hasCredentials: boolean;
  /** Components whose configuration on disk differs from the compiled one. */
  readonly staleConfigurations: readonly HostComponent[];
  readonly running: readonly HostComponent[];
  readonly ports: readonly PortFact[];
  readonly freeBytes: { readonly cache: Bytes; readonly state: Bytes };
}
