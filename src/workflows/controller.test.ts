import { describe, expect, test } from 'vitest';
import { createMemoryDurable } from '../../test/memory-durable.ts';
import { fakeEstate } from '../adapters/fake/estate.ts';
import { createMemoryCoordination } from '../adapters/memory/coordination.ts';
import { slotAt } from '../core/schedule/index.ts';
import type { Coordination } from '../ports/coordination.ts';
import { runController } from './controller.ts';

const start = Temporal.Instant.from('2026-11-21T06:00:00Z');
const { environments } = fakeEstate().estate;

/** A world in which time passes when everybody sleeps: `seconds` of it, then everybody is told to stop. */
function createWorld(coordination: Coordination) {
  let now = start;
  const looks: string[] = [];
  const starts: string[] = [];
  const started = new Set<string>();
  const durable = createMemoryDurable();
  const controller = (me: string, signal: AbortSignal) =>
    runController(
      {
        clock: { now: () => now, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
        coordination,
        me,
        environments: () => environments,
        durableWork: () => [{ name: 'maintenance', everySeconds: 60, workflow: 'maintenance', input: {} }],
        durable: {
          ...durable,
          start: async (workflow, input, key) => {
            starts.push(key);
            started.add(key);
            await durable.start(workflow, input, key);
          },
        },
        observe: async (environment) => {
          const work = {
            name: `observe/${environment.name}`,
            everySeconds: environment.thresholds.collectEverySeconds,
          };
          looks.push(`${work.name}#${slotAt(work, now)}`);
        },
        log: () => {},
      },
      signal,
    );
  const pass = async (seconds: number): Promise<void> => {
    for (let step = 0; step < seconds * 2; step += 1) {
      now = now.add({ milliseconds: 500 });
      for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const jump = (hours: number): void => {
    now = now.add({ hours });
  };
  return { controller, pass, jump, looks, starts, started };
}

describe('several controllers', () => {
  test('look at every environment in every slot once, between them', async () => {
    const world = createWorld(createMemoryCoordination());
    const stop = new AbortController();
    const both = [world.controller('a', stop.signal), world.controller('b', stop.signal)];
    await world.pass(120);
    stop.abort();
    await Promise.all(both);
    expect(new Set(world.looks).size).toBe(world.looks.length);
    for (const { name, thresholds } of environments) {
      const own = world.looks.filter((look) => look.startsWith(`observe/${name}#`));
      expect(own.length, name).toBeGreaterThanOrEqual(Math.floor(120 / thresholds.collectEverySeconds) - 1);
    }
    expect(world.started.size).toBeGreaterThanOrEqual(2);
  });

  test('go on at once when the clock of one was ahead by two days, was set right, and another was killed meanwhile', async () => {
    const world = createWorld(createMemoryCoordination());
    const [stop, killed] = [new AbortController(), new AbortController()];
    const one = world.controller('a', stop.signal);
    const dead = world.controller('b', killed.signal);
    await world.pass(20);
    world.jump(48);
    await world.pass(20);
    // Neither gives up its leases as it ends: they are those of a process that was killed.
    killed.abort();
    await dead;
    world.jump(-48);
    const [looked, begun] = [world.looks.length, world.started.size];
    await world.pass(120);
    stop.abort();
    await one;
    for (const { name, thresholds } of environments) {
      const own = world.looks.slice(looked).filter((look) => look.startsWith(`observe/${name}#`));
      expect(own.length, name).toBeGreaterThanOrEqual(Math.floor(120 / thresholds.collectEverySeconds) - 1);
    }
    expect(world.started.size).toBeGreaterThanOrEqual(begun + 2);
  });

  test('with the leases and slots switched off, the same slot is looked at twice', async () => {
    const off: Coordination = {
      beginSlot: async () => true,
      takeLease: async () => true,
      liveLeases: async () => [],
      releaseLease: async () => {},
      releaseLeases: async () => {},
    };
    const world = createWorld(off);
    const stop = new AbortController();
    const both = [world.controller('a', stop.signal), world.controller('b', stop.signal)];
    await world.pass(60);
    stop.abort();
    await Promise.all(both);
    expect(new Set(world.looks).size).toBeLessThan(world.looks.length);
  });
});
