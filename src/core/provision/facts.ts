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

/** What was observed about an environment on this machine, whatever platform runs it. */
export interface EnvironmentFacts {
  readonly hasDatabase: boolean;
  readonly hasPreparedDatabase: boolean;
  readonly hasCredentials: boolean;
  /** Components whose configuration on disk differs from the compiled one. */
  readonly staleConfigurations: readonly HostComponent[];
  readonly running: readonly HostComponent[];
  readonly ports: readonly PortFact[];
}

/** What was observed about the machine; nothing in it is a wish. */
export interface HostFacts extends EnvironmentFacts {
  /** Why platform `host` cannot work here, in words; `undefined` where it can. */
  readonly obstacle: string | undefined;
  readonly missingPackages: readonly string[];
  readonly odooVersion: string | undefined;
  readonly hasOdooUser: boolean;
  readonly hasCluster: boolean;
  /** Whether WAL is archived as declared: `not-wanted` where it is not declared, `missing` until its repository is ready. */
  readonly archive: 'not-wanted' | 'missing' | 'ready';
  readonly freeBytes: { readonly cache: Bytes; readonly state: Bytes };
}

/** What was observed about a machine with a container engine. */
export interface ComposeFacts extends EnvironmentFacts {
  /** Why platform `compose` cannot work here, in words; `undefined` where it can. */
  readonly obstacle: string | undefined;
  readonly missingImages: readonly string[];
  /** `images` is `undefined` where the engine keeps them on a disk that we cannot see. */
  readonly freeBytes: { readonly images: Bytes | undefined; readonly state: Bytes };
}
