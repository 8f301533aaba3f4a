import type { HostComponent } from '../core/compile/index.ts';
import type { Ending, HostFacts, HostStep, ProvisionStep } from '../core/provision/index.ts';

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

/** The machine that one environment lives on: its own processes on platform `host`, containers on platform `compose`. */
export interface Host<Facts = HostFacts, Step extends ProvisionStep = HostStep> {
  /** Looks; changes nothing. */
  observe(): Promise<Facts>;
  /**
   * Does one step of a plan. Killed at any point, the next observation sees either the step done or not begun. Throws `Fault`
   * COMMAND_FAILED, NETWORK_UNREACHABLE, IMAGE_UNAVAILABLE, ENGINE_UNREACHABLE, PORT_IN_USE, DISK_FULL or DEADLINE_EXCEEDED.
   */
  perform(step: Step, context: StepContext): Promise<void>;
  readonly components: readonly HostComponent[];
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
