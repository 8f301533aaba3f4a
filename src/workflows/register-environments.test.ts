import { describe, expect, test } from 'vitest';
import { fakeEstate } from '../adapters/fake/estate.ts';
import { createMemoryStore } from '../adapters/memory/store.ts';
import { type EnvironmentHealth, type Health, verdictFrom } from '../core/observe/index.ts';
import { changeLifecycle } from './change-lifecycle.ts';
import { noteLook, registerEnvironments } from './register-environments.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00Z');
const clock = { now: () => at };
const environments = fakeEstate().estate.environments.slice(0, 1);
const name = environments[0]?.name ?? '';

function looked(business: Health, infrastructure: Health): EnvironmentHealth {
  const verdict = (health: Health) => ({ ...verdictFrom([]), health });
  return { environment: name, business: verdict(business), infrastructure: verdict(infrastructure), judgedAt: at };
}

describe('EST-11: an environment on its way', () => {
  test('from declared to active, each move in the ledger once, however often it is looked at', async () => {
    const store = createMemoryStore();
    const deps = { store, clock };
    await registerEnvironments(deps, environments);
    await registerEnvironments(deps, environments);
    for (const look of [looked('unknown', 'unknown'), looked('unknown', 'healthy'), looked('unhealthy', 'healthy')]) {
      await noteLook(deps, look);
      await noteLook(deps, look);
    }
    expect(await store.lifecycle.get(name)).toBe('provisioned');
    await Promise.all([1, 2, 3].map(() => noteLook(deps, looked('healthy', 'degraded'))));
    await noteLook(deps, looked('unhealthy', 'unhealthy'));
    expect(await store.lifecycle.get(name)).toBe('active');
    const entries = await store.ledger.tail({ limit: 10, subject: `environment/${name}` });
    expect(entries.map((entry) => [entry.type, entry.data['from'], entry.data['to']])).toEqual([
      ['environment.transitioned', null, 'requested'],
      ['environment.transitioned', 'requested', 'provisioned'],
      ['environment.transitioned', 'provisioned', 'active'],
    ]);
    expect(entries.at(-1)?.data['reason']).toContain('infrastructure degraded');
  });

  test('a look does not wake what a person suspended', async () => {
    const store = createMemoryStore();
    const deps = { store, clock };
    await store.lifecycle.set(name, 'active', at);
    const actor = { kind: 'user', name: 'ann' } as const;
    await changeLifecycle(deps, { environment: name, to: 'suspended', reason: 'A pause.', actor });
    await noteLook(deps, looked('healthy', 'healthy'));
    expect(await store.lifecycle.get(name)).toBe('suspended');
  });
});
