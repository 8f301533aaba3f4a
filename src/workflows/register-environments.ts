import { type Environment, type LifecycleState, transitionAfterLook } from '../core/estate/index.ts';
import type { EnvironmentHealth } from '../core/observe/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

interface Deps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
}

const actor = { kind: 'controller', name: 'controller' } as const;

/** Moves an environment on where it stands in the state given; whoever else was quicker, nothing happens. */
async function advance(
  { store, clock }: Deps,
  environment: string,
  step: { readonly from: LifecycleState | undefined; readonly to: LifecycleState; readonly reason: string },
): Promise<void> {
  await store.transaction(async (inside) => {
    const { from, to, reason } = step;
    if ((await inside.lifecycle.get(environment)) !== from) return;
    const at = clock.now();
    await inside.lifecycle.set(environment, to, at);
    const data = { from: from ?? null, to, reason };
    await inside.ledger.append(
      { actor, type: 'environment.transitioned', subject: `environment/${environment}`, data },
      at,
    );
  });
}

/** An environment that is declared for the first time is requested. */
export async function registerEnvironments(deps: Deps, environments: readonly Environment[]): Promise<void> {
  const known = await deps.store.lifecycle.list();
  for (const { name } of environments.filter((environment) => !known.has(environment.name))) {
    await advance(deps, name, { from: undefined, to: 'requested', reason: 'Declared in the estate.' });
  }
}

/** Moves an environment on by what a look showed: to provisioned, then to active. The ledger says why. */
export async function noteLook(deps: Deps, health: EnvironmentHealth): Promise<void> {
  const from = await deps.store.lifecycle.get(health.environment);
  const seen = { business: health.business.health, infrastructure: health.infrastructure.health };
  const moved = transitionAfterLook(from, seen);
  if (moved !== undefined) await advance(deps, health.environment, { from, ...moved });
}
