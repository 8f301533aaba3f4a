import { type LifecycleState, transition } from '../core/estate/index.ts';
import type { Refusal } from '../core/kernel/index.ts';
import type { Actor } from '../core/ledger/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

export interface LifecycleChange {
  readonly environment: string;
  readonly to: LifecycleState;
  readonly reason: string;
  readonly actor: Actor;
}

/**
 * Moves an environment through its lifecycle (EST-11). The new state and its ledger entry become true together; a change
 * that is refused leaves the state and is recorded too.
 */
export async function changeLifecycle(
  deps: { readonly store: Store; readonly clock: Pick<Clock, 'now'> },
  { environment, to, reason, actor }: LifecycleChange,
): Promise<{ readonly kind: 'changed'; readonly state: LifecycleState } | Refusal> {
  const subject = `environment/${environment}`;
  return deps.store.transaction(async (inside) => {
    const at = deps.clock.now();
    const from = await inside.lifecycle.get(environment);
    const answer = transition(from, to);
    const facts = { from: from ?? null, to, reason };
    if (answer.kind === 'refused') {
      const because = answer.reasons.map(({ code, message }) => ({ code, message }));
      await inside.ledger.append(
        { actor, type: 'environment.transition-refused', subject, data: { ...facts, because } },
        at,
      );
      return answer;
    }
    await inside.lifecycle.set(environment, to, at);
    await inside.ledger.append({ actor, type: 'environment.transitioned', subject, data: facts }, at);
    return { kind: 'changed' as const, state: to };
  });
}
