import type { Environment } from '../core/estate/index.ts';
import { changesSince, type EnvironmentHealth, healthFindings, unreadFindings } from '../core/observe/index.ts';
import type { Store } from '../ports/store.ts';
import { judgeLook } from './observe/judge-look.ts';
import { type Look, lookAt } from './observe/look.ts';
import type { ObserveDeps } from './observe/sources.ts';
import { reconcileFindings } from './reconcile-findings.ts';

/** More entries about one environment than this are not looked through for how it was made. */
const rememberedEntries = 500;

/**
 * Writes down what was installed, removed or started anew since the ledger last said so (OBS-11). What was written is
 * remembered, so that a look that sees nothing new asks the ledger for nothing.
 */
async function recordMakeUp(deps: ObserveDeps, store: Store, { observation }: Look): Promise<void> {
  const { makeUp, environment, at } = observation;
  if (makeUp === undefined) return;
  const memory = deps.memory.of(environment);
  const told = JSON.stringify([makeUp.odooVersion, makeUp.modules, Object.entries(makeUp.startedAt).map(String)]);
  if (memory.makeUpTold === told) return;
  const subject = `environment/${environment}`;
  const entries = await store.ledger.tail({ subject, limit: rememberedEntries });
  for (const { type, data } of changesSince(makeUp, entries)) {
    await store.ledger.append({ actor: deps.actor, type, subject, data }, at);
  }
  memory.makeUpTold = told;
}

async function record(deps: ObserveDeps, health: EnvironmentHealth, look: Look): Promise<void> {
  const scope = { source: 'health', environment: health.environment };
  await deps.store.transaction(async (store) => {
    await store.health.put(health);
    const found = [...healthFindings(health), ...unreadFindings(look.observation)];
    await reconcileFindings(store, scope, found, deps.actor, health.judgedAt);
    await recordMakeUp(deps, store, look);
  });
  await deps.samples.write(look.samples);
  await deps.samples.writeSketches(look.sketches);
}

async function observe(deps: ObserveDeps, environment: Environment, signal?: AbortSignal): Promise<EnvironmentHealth> {
  const look = await lookAt(deps, environment, signal);
  const health = await judgeLook(deps, environment, look);
  await record(deps, health, look);
  return health;
}

/**
 * One collection pass: looks at the environment, keeps samples and sketches, puts its health, reconciles its findings.
 * Takes bounded time; a second pass that begins while one is under way joins it.
 */
export function observeEnvironment(
  deps: ObserveDeps,
  environment: Environment,
  signal?: AbortSignal,
): Promise<EnvironmentHealth> {
  const memory = deps.memory.of(environment.name);
  const known = memory.underWay as Promise<EnvironmentHealth> | undefined;
  if (known !== undefined) return known;
  const pass = observe(deps, environment, signal).finally(() => {
    memory.underWay = undefined;
  });
  memory.underWay = pass;
  return pass;
}

export { createObserverMemory, type ObserverMemory } from './observe/memory.ts';
export type { EnvironmentSources, LookDeps, ObserveDeps } from './observe/sources.ts';
