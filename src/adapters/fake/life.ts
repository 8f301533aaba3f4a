import { randomUUID } from 'node:crypto';
import type { JourneyRun } from '../../core/journey/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { fakeJourneys, fakeRun } from './journeys.ts';
import type { Scenario } from './scenarios.ts';
import { findingsFrom, judge } from './troubles.ts';

const judgeEverySeconds = 5;
const journeyEverySeconds = 30;
/** How long nobody has looked where the scenario says so. */
const staleSeconds = 900;
/** Where there are more environments than this, only the first ones have run journeys. */
const mostWithJourneys = 10;

/** What the fake estate is made of, and what it is like at the moment. */
export interface FakeWorld {
  readonly store: Store;
  readonly clock: Clock;
  readonly environments: () => readonly string[];
  readonly scenario: () => Scenario;
}

async function fillLifecycle(world: FakeWorld, now: Temporal.Instant): Promise<void> {
  const actor = { kind: 'user' as const, name: 'Mara de Vries' };
  await world.store.transaction(async (inside) => {
    for (const environment of world.environments()) {
      for (const [index, to] of (['requested', 'provisioned', 'active'] as const).entries()) {
        const at = now.subtract({ hours: 72 - index });
        await inside.lifecycle.set(environment, to, at);
        const data = { to, reason: 'First light' };
        const subject = `environment/${environment}`;
        await inside.ledger.append({ actor, type: 'environment.transitioned', subject, data }, at);
      }
    }
  });
}

/** Every journey of an environment, one after the other up to the instant. */
function roundOf(scenario: Scenario, environment: string, now: Temporal.Instant): readonly JourneyRun[] {
  return fakeJourneys.flatMap(
    (journey, index) => fakeRun(scenario, environment, journey, now.subtract({ seconds: 5 * index })) ?? [],
  );
}

async function fillJourneys(world: FakeWorld, now: Temporal.Instant): Promise<void> {
  await world.store.transaction(async (inside) => {
    for (const environment of world.environments().slice(0, mostWithJourneys)) {
      for (let minutes = 24 * 60; minutes > 0; minutes -= 10) {
        for (const run of roundOf(world.scenario(), environment, now.subtract({ minutes }))) {
          await inside.journeys.record(run);
        }
      }
    }
  });
}

/** What was installed a while ago, and made a class of requests slower: a step that stands at its cause. */
export const changedHoursAgo = 4;

async function fillChange({ store, environments }: FakeWorld, now: Temporal.Instant): Promise<void> {
  const [first] = environments();
  if (first === undefined) return;
  const actor = { kind: 'controller' as const, name: 'controller' };
  const data = { odooVersion: '19.0', modules: [], added: ['delivery_dhl'], reason: 'installed: delivery_dhl' };
  await store.ledger.append(
    { actor, type: 'environment.software-changed', subject: `environment/${first}`, data },
    now.subtract({ hours: changedHoursAgo }),
  );
}

/** A finding that came and went, and two tokens, one of them revoked. */
async function fillRecords({ store, environments }: FakeWorld, now: Temporal.Instant): Promise<void> {
  const [first] = environments();
  if (first === undefined) return;
  const unread = {
    key: 'COLLECTOR_STALE/log',
    code: 'COLLECTOR_STALE',
    severity: 'warning' as const,
    environment: first,
    subject: 'collector/log',
    reason: 'The request log was not readable for 9 min.',
    action: 'None: it is readable again.',
    evidence: {},
  };
  const scope = { source: 'past', environment: first };
  await store.findings.reconcile(scope, [unread], now.subtract({ minutes: 800 }));
  await store.findings.reconcile(scope, [], now.subtract({ minutes: 791 }));
  const token = {
    role: 'viewer' as const,
    createdAt: now.subtract({ hours: 720 }),
    expiresAt: now.add({ hours: 720 }),
  };
  const revoked = randomUUID();
  await store.tokens.create({ ...token, id: randomUUID(), name: 'ci', prefix: 'plimsoll_3f9' }, randomUUID());
  await store.tokens.create({ ...token, id: revoked, name: 'old-script', prefix: 'plimsoll_88c' }, randomUUID());
  await store.tokens.revoke(revoked, now.subtract({ hours: 480 }));
}

/** What happened before anybody looked: lifecycles, a day of journeys, records. */
export async function fillThePast(world: FakeWorld): Promise<void> {
  const now = world.clock.now();
  await fillLifecycle(world, now);
  await fillJourneys(world, now);
  await fillChange(world, now);
  await fillRecords(world, now);
}

/** One look at every fake environment; where the scenario is stale, one that was long ago. */
export async function liveOnce(world: FakeWorld): Promise<void> {
  const now = world.clock.now();
  const scenario = world.scenario();
  const at = scenario === 'stale' ? now.subtract({ seconds: staleSeconds }) : now;
  await world.store.transaction(async (inside) => {
    for (const environment of world.environments()) {
      const health = judge(scenario, environment, at);
      await inside.health.put(health);
      await inside.findings.reconcile(
        { source: 'health', environment },
        findingsFrom(scenario, environment, health),
        now,
      );
    }
  });
}

async function runJourneys(world: FakeWorld): Promise<void> {
  const now = world.clock.now();
  await world.store.transaction(async (inside) => {
    for (const environment of world.environments().slice(0, mostWithJourneys)) {
      for (const run of roundOf(world.scenario(), environment, now)) await inside.journeys.record(run);
    }
  });
  await world.store.journeys.prune(now.subtract({ hours: 25 }));
  await world.store.events.prune(now.subtract({ hours: 1 }));
}

/** Lives until the signal: judges every few seconds and runs a journey now and then; so does what goes on beside it. */
export async function liveFakeLife(
  world: FakeWorld,
  signal: AbortSignal,
  goOn: () => Promise<void> = async () => {},
): Promise<void> {
  for (let round = 1; !signal.aborted; round += 1) {
    await world.clock.sleep(judgeEverySeconds, signal).catch(() => {});
    if (signal.aborted || world.scenario() === 'stale') continue;
    await liveOnce(world);
    await goOn();
    if (round % (journeyEverySeconds / judgeEverySeconds) === 0) await runJourneys(world);
  }
}
