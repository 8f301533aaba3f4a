import type { HostComponent } from '../core/compile/index.ts';
import { Fault, type FaultCode, faultCatalogue, type Refusal } from '../core/kernel/index.ts';
import type { ProvisionPlan, ProvisionStep } from '../core/provision/index.ts';
import type { Host, StepProgress } from '../ports/host.ts';

/** Hears what a bring-up does, as it does it. */
export interface BringUpListener {
  planned(steps: readonly ProvisionStep[]): void;
  began(step: ProvisionStep): void;
  progressed(step: ProvisionStep, progress: StepProgress): void;
  ended(step: ProvisionStep): void;
  failed(step: ProvisionStep): void;
}

/** Says a refusal of the planner as the fault that it stands for. */
export function faultFrom(refusal: Refusal): Fault {
  const [first] = refusal.reasons;
  const isKnown = first !== undefined && first.code in faultCatalogue;
  const message = refusal.reasons.map((reason) => `${reason.message} ${reason.hint}`).join('\n');
  return new Fault(isKnown ? (first.code as FaultCode) : 'PLATFORM_UNSUPPORTED', message);
}

/** The planner of a platform: what is left to do, or why it cannot be done. */
export type Planner<Facts, Step extends ProvisionStep> = (
  facts: Facts,
  without?: readonly HostComponent[],
) => ProvisionPlan<Step> | Refusal;

/**
 * Brings one environment up on its host: looks, plans, does what is left, in order. A run that was killed continues where
 * it stopped. Throws the planner's refusal as a fault, before anything is touched.
 */
export async function bringUp<Facts, Step extends ProvisionStep>(
  host: Host<Facts, Step>,
  planner: Planner<Facts, Step>,
  options: {
    readonly listener: BringUpListener;
    readonly without?: readonly HostComponent[];
    readonly signal?: AbortSignal | undefined;
  },
): Promise<readonly Step[]> {
  const { listener, signal } = options;
  const plan = planner(await host.observe(), options.without);
  if (plan.kind === 'refused') throw faultFrom(plan);
  listener.planned(plan.steps);
  for (const step of plan.steps) {
    signal?.throwIfAborted();
    listener.began(step);
    try {
      await host.perform(step, { signal, report: (progress) => listener.progressed(step, progress) });
    } catch (error) {
      listener.failed(step);
      throw error;
    }
    listener.ended(step);
  }
  return plan.steps;
}
