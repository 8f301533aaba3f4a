import type { HostComponent, ProcessSpecification } from '../core/compile/index.ts';
import type { Ending, HostFacts, ProvisionStep } from '../core/provision/index.ts';

/** How far a long step is; `ratio` only where the tool says so honestly. */
export interface StepProgress {
  readonly ratio?: number | undefined;
  readonly detail: string;
}

/** What every long-running call gets. */
export interface StepContext {
  readonly report: (progress: StepProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The machine that one environment of platform `host` lives on. */
export interface Host {
  /** Looks; changes nothing. */
  observe(): Promise<HostFacts>;
  /**
   * Does one step of a plan. Killed at any point, the next observation sees either the step done or not begun.
   * Throws `Fault` COMMAND_FAILED, NETWORK_UNREACHABLE, DISK_FULL or DEADLINE_EXCEEDED.
   */
  perform(step: ProvisionStep, context: StepContext): Promise<void>;
  readonly processes: readonly ProcessSpecification<HostComponent>[];
}

/** One component as the process table sees it. */
export interface ComponentStatus {
  readonly component: string;
  readonly isAlive: boolean;
  readonly pid: number | undefined;
  /** An operator asked for it to stay stopped. */
  readonly isHeld: boolean;
  /** How its last life ended, where we were there to see it. */
  readonly ending: Ending;
}

/** The processes that a bring-up keeps, remembered on disk so that a later one can adopt or stop them. */
export interface ComponentTable {
  list(): Promise<readonly ComponentStatus[]>;
  /** Starts a component and waits until it is ready. Nothing happens where it already lives. */
  start(component: string, signal?: AbortSignal): Promise<void>;
  /** Stops a component that we started, and nothing else. */
  stop(component: string): Promise<'stopped' | 'killed' | 'was-gone'>;
  /** Asks that a component stay stopped, or lifts that. */
  hold(component: string, isHeld: boolean): Promise<void>;
}
