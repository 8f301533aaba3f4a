import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HostComponent } from '../compile/index.ts';
import type { ComposeFacts } from './facts.ts';
import { composeFactsAfter, planComposeBringUp } from './plan-compose.ts';
import { choosePlatform, type PlatformWishes } from './platform.ts';
import type { ComposeStep } from './steps.ts';

const components: readonly HostComponent[] = ['postgres', 'web', 'gevent', 'cron'];
const gibibyte = 1024 ** 3;

const bare: ComposeFacts = {
  obstacle: undefined,
  missingImages: ['odoo:19.0', 'postgres:15'],
  hasDatabase: false,
  hasPreparedDatabase: false,
  hasCredentials: false,
  staleConfigurations: components,
  running: [],
  ports: [{ port: 8069, component: 'web', holder: 'free', remedy: 'Change connect.odoo.url.' }],
  freeBytes: { images: 10 * gibibyte, state: 10 * gibibyte },
};

const machines = fc.record({
  obstacle: fc.constant(undefined),
  missingImages: fc.subarray(['odoo:19.0', 'postgres:15']),
  hasDatabase: fc.boolean(),
  hasPreparedDatabase: fc.constant(false),
  hasCredentials: fc.boolean(),
  staleConfigurations: fc.subarray([...components]),
  running: fc.subarray([...components]),
  ports: fc.constant([]),
  freeBytes: fc.constant({ images: undefined, state: 10 * gibibyte }),
});

function steps(facts: ComposeFacts): readonly ComposeStep[] {
  const plan = planComposeBringUp(facts);
  if (plan.kind !== 'plan') throw new Error(JSON.stringify(plan));
  return plan.steps;
}

function reasons(facts: Partial<ComposeFacts>): readonly string[] {
  const plan = planComposeBringUp({ ...bare, ...facts });
  return plan.kind === 'refused' ? plan.reasons.map(({ code }) => code) : [];
}

describe('planning a bring-up in containers (APP-01)', () => {
  test('a bare engine gets images, the project, PostgreSQL, the database, then each process class', () => {
    expect(steps(bare).map(({ title }) => title)).toEqual([
      'Pull odoo:19.0 and postgres:15',
      'Write configuration',
      'Start postgres',
      'Create the logistics database',
      'Start web, gevent, cron',
    ]);
  });

  test('what was done needs not be done again, whatever the engine looked like', () => {
    fc.assert(
      fc.property(machines, (facts) => {
        expect(steps(steps(facts).reduce(composeFactsAfter, facts))).toEqual([]);
      }),
    );
  });

  test('a run that was killed after any step continues with the steps that were left', () => {
    const all = steps(bare);
    for (let done = 0; done <= all.length; done += 1) {
      const facts = all.slice(0, done).reduce(composeFactsAfter, bare);
      expect(steps(facts).map(({ title }) => title)).toEqual(all.slice(done).map(({ title }) => title));
    }
  });

  test('taken ports and full disks are told at once; a disk that we cannot see is not judged', () => {
    const taken = [{ port: 8069, component: 'web', holder: 'other', remedy: 'Change it.' }] as const;
    const full = { images: 1_024, state: 1_024 };
    expect(reasons({ ports: taken, freeBytes: full })).toEqual(['PORT_IN_USE', 'DISK_FULL', 'DISK_FULL']);
    expect(reasons({ freeBytes: { images: undefined, state: 10 * gibibyte } })).toEqual([]);
    expect(reasons({ missingImages: [], freeBytes: { images: 1_024, state: 10 * gibibyte } })).toEqual([]);
  });

  test('without an engine nothing else is judged', () => {
    expect(reasons({ obstacle: 'there is no `docker` command', freeBytes: { images: 0, state: 0 } })).toEqual([
      'ENGINE_UNREACHABLE',
    ]);
  });
});

describe('choosing the platform of a bring-up', () => {
  const noDebian = 'this is Fedora Linux 41';
  const noDocker = 'there is no `docker` command';
  const can = { host: undefined, compose: undefined };
  const nothing: PlatformWishes = { asked: undefined, remembered: undefined };
  const choose = (platform: 'host' | 'compose', wishes: Partial<PlatformWishes>, obstacles = {}) => {
    const choice = choosePlatform({ name: 'acme-prod', platform }, { ...nothing, ...wishes }, { ...can, ...obstacles });
    return choice.kind === 'platform' ? choice.platform : choice.reasons.map(({ code }) => code).join();
  };

  test('the declared one, where it can work', () => {
    expect(choose('host', {})).toBe('host');
    expect(choose('compose', {})).toBe('compose');
    expect(choose('compose', {}, { compose: noDocker })).toBe('ENGINE_UNREACHABLE');
  });

  test('what was asked for goes before what is declared, and an earlier run before that', () => {
    expect(choose('host', { asked: 'compose' })).toBe('compose');
    expect(choose('host', { remembered: 'compose' })).toBe('compose');
    expect(choose('host', { asked: 'compose' }, { compose: noDocker })).toBe('ENGINE_UNREACHABLE');
    expect(choose('compose', { asked: 'host' }, { host: noDebian })).toBe('PLATFORM_UNSUPPORTED');
  });

  test('data is never left behind by changing the platform of a state directory', () => {
    expect(choose('host', { asked: 'compose', remembered: 'host' })).toBe('PLATFORM_UNSUPPORTED');
    expect(choose('host', { asked: 'host', remembered: 'host' })).toBe('host');
  });

  test('containers stand in for a host that this machine cannot be', () => {
    expect(choose('host', {}, { host: noDebian })).toBe('compose');
  });

  test('with neither, it says what is missing of both, and how to watch an Odoo that runs', () => {
    const environment = { name: 'acme-prod', platform: 'host' } as const;
    const choice = choosePlatform(environment, nothing, { host: noDebian, compose: noDocker });
    const said =
      choice.kind === 'refused' ? choice.reasons.map(({ message, hint }) => `${message} ${hint}`).join() : '';
    for (const words of [noDebian, noDocker, 'Debian 12 as root', 'Docker with Compose', '`connect:`']) {
      expect(said).toContain(words);
    }
  });
});
