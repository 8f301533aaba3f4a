import { type Refusal, refuse } from '../kernel/index.ts';
import type { LifecycleState } from './model.ts';

/** Where each state may go. An environment that is retired stays so: its name is never quietly used again. */
const transitions: Readonly<Record<LifecycleState, readonly LifecycleState[]>> = {
  requested: ['provisioned', 'retired'],
  provisioned: ['active', 'retired'],
  active: ['suspended', 'retired'],
  suspended: ['active', 'retired'],
  retired: [],
};

const missing: Readonly<Partial<Record<`${LifecycleState} ${LifecycleState}`, string>>> = {
  'requested active': 'Provision it first: what does not exist cannot serve.',
  'requested suspended': 'Only what is active can be suspended; retire the request instead.',
  'provisioned suspended': 'Only what is active can be suspended; activate it, or retire it.',
  'active provisioned': 'An active environment does not go back; suspend it.',
  'suspended provisioned': 'A suspended environment goes back to active, or is retired.',
};

/** A change of state that is legal. */
export interface LifecycleTransition {
  readonly kind: 'transition';
  readonly from: LifecycleState | undefined;
  readonly to: LifecycleState;
}

/** The states that an environment may go to next. One that was never heard of can only be requested. */
export function nextStates(from: LifecycleState | undefined): readonly LifecycleState[] {
  return from === undefined ? ['requested'] : transitions[from];
}

/** Whether an environment may change its state, or why not (EST-11). */
export function transition(from: LifecycleState | undefined, to: LifecycleState): LifecycleTransition | Refusal {
  if (nextStates(from).includes(to)) return { kind: 'transition', from, to };
  if (from === to) {
    return refuse({ code: 'LIFECYCLE_UNCHANGED', message: `it is ${to} already`, hint: 'There is nothing to do.' });
  }
  if (from === undefined) {
    const hint = 'Request it first.';
    return refuse({ code: 'LIFECYCLE_UNKNOWN', message: `it was never requested, so it cannot become ${to}`, hint });
  }
  if (from === 'retired') {
    const hint = 'Declare a new environment under another name, and restore a backup into it.';
    return refuse({ code: 'LIFECYCLE_RETIRED', message: `a retired environment cannot become ${to}`, hint });
  }
  const next = nextStates(from);
  const hint = missing[`${from} ${to}`] ?? `From ${from} it can become ${next.join(' or ')}.`;
  return refuse({ code: 'LIFECYCLE_ILLEGAL', message: `it cannot go from ${from} to ${to}`, hint });
}

/** How an environment looked, as far as its lifecycle goes; the words are those of health. */
export interface SeenHealth {
  readonly business: 'healthy' | 'degraded' | 'unhealthy' | 'unknown';
  readonly infrastructure: 'healthy' | 'degraded' | 'unhealthy' | 'unknown';
}

/**
 * Where one look moves an environment by itself, and why; `undefined` where it stays. What was seen at all is
 * provisioned. What is provisioned becomes active once its business was healthy on an infrastructure that carries it:
 * strained, but neither failing nor unseen. Bad health never moves a state back, and suspending, resuming and retiring
 * stay a person's act.
 */
export function transitionAfterLook(
  from: LifecycleState | undefined,
  { business, infrastructure }: SeenHealth,
): { readonly to: LifecycleState; readonly reason: string } | undefined {
  const isCarried = infrastructure === 'healthy' || infrastructure === 'degraded';
  if (from === 'requested' && infrastructure !== 'unknown') {
    return { to: 'provisioned', reason: 'It was seen running.' };
  }
  if (from === 'provisioned' && isCarried && business === 'healthy') {
    return { to: 'active', reason: `Its business was healthy, and its infrastructure ${infrastructure}.` };
  }
  return undefined;
}
