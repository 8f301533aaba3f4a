import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HostComponent } from '../compile/index.ts';
import { parseEstate } from '../estate/index.ts';
import { seedDeadlines, seededWarehouses } from './deadlines.ts';
import type { HostFacts } from './facts.ts';
import { factsAfter, planBringUp } from './plan.ts';
import type { HostStep } from './steps.ts';
import { decideRestart, longestDelaySeconds } from './supervise.ts';

describe('the work that a new environment begins with', () => {
  const now = Temporal.Instant.from('2026-11-28T05:00:00Z');
  const estate = (sites: string) => {
    const parsed = parseEstate([{ path: 'estate.yaml', text: `kind: Estate\nname: n\n${sites}` }]).estate;
    const [environment] = parsed?.environments ?? [];
    return environment ?? expect.fail('the estate has an environment');
  };
  const site = (name: string, zone: string, hour: number, rest: string): string => `---
kind: Site
name: ${name}
timezone: ${zone}
${rest}
calendar: [{ name: c, kind: cut-off, rule: "FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=${hour};BYMINUTE=0" }]
`;
  const environment = (sites: string): string => `---
kind: Environment
name: e
stage: production
platform: host
sites: [${sites}]
odoo: { version: "19.0", database: d }
`;

  test('is due at the cut-offs of its sites, each at the warehouse of its own site (EST-10)', () => {
    const both = estate(
      site('rotterdam', 'Europe/Amsterdam', 17, 'odoo: { warehouses: [WH] }') +
        site('felixstowe', 'Europe/London', 16, 'odoo: { warehouses: [FXT, FX2] }') +
        environment('rotterdam, felixstowe'),
    );
    const told = seedDeadlines(both, now).map(({ at, warehouse }) => `${at} ${warehouse}`);
    expect(told).toEqual([
      '2026-11-30T16:00:00Z WH',
      '2026-11-30T16:00:00Z FXT',
      '2026-12-01T16:00:00Z WH',
      '2026-12-01T16:00:00Z FXT',
    ]);
    expect(seededWarehouses(both)).toEqual(['WH', 'FXT', 'FX2']);
  });

  test('is spread over two days where no site has a cut-off, and at no warehouse in particular', () => {
    const deadlines = seedDeadlines(estate(environment('')), now);
    expect(deadlines.map(({ at, warehouse }) => [at.since(now).total('hours'), warehouse])).toEqual([
      [6, undefined],
      [12, undefined],
      [30, undefined],
      [54, undefined],
    ]);
  });
});

const components: readonly HostComponent[] = ['postgres', 'web', 'gevent', 'cron'];
const gibibyte = 1024 ** 3;

const bare: HostFacts = {
  obstacle: undefined,
  missingPackages: ['postgresql-15', 'python3'],
  odooVersion: undefined,
  hasOdooUser: false,
  hasCluster: false,
  hasDatabase: false,
  hasPreparedDatabase: false,
  hasCredentials: false,
  archive: 'missing',
  staleConfigurations: components,
  running: [],
  ports: [{ port: 8069, component: 'web', holder: 'free', remedy: 'Change connect.odoo.url.' }],
  freeBytes: { cache: 10 * gibibyte, state: 10 * gibibyte },
};

const machines = fc.record({
  obstacle: fc.constant(undefined),
  missingPackages: fc.subarray(['postgresql-15', 'python3', 'tar']),
  odooVersion: fc.option(fc.constant('19.0'), { nil: undefined }),
  hasOdooUser: fc.boolean(),
  hasCluster: fc.boolean(),
  hasDatabase: fc.boolean(),
  hasPreparedDatabase: fc.boolean(),
  hasCredentials: fc.boolean(),
  archive: fc.constantFrom('not-wanted', 'missing', 'ready'),
  staleConfigurations: fc.subarray([...components]),
  running: fc.subarray([...components]),
  ports: fc.constant([]),
  freeBytes: fc.constant({ cache: 10 * gibibyte, state: 10 * gibibyte }),
});

function steps(facts: HostFacts, without: readonly HostComponent[] = []): readonly HostStep[] {
  const plan = planBringUp(facts, without);
  if (plan.kind !== 'plan') throw new Error(JSON.stringify(plan));
  return plan.steps;
}

describe('planning a bring-up (APP-01)', () => {
  test('a bare machine gets software, cluster, configuration, database, then each process class on its own', () => {
    expect(steps(bare).map((step) => ('components' in step ? step.title : step.kind))).toEqual([
      'install-packages',
      'unpack-odoo',
      'create-user',
      'create-cluster',
      'write-configuration',
      'Start postgres',
      'create-database',
      'prepare-archive',
      'Start web, gevent, cron',
    ]);
  });

  test('what was done needs not be done again, whatever the machine looked like', () => {
    fc.assert(
      fc.property(machines, (facts) => {
        expect(steps(steps(facts).reduce(factsAfter, facts))).toEqual([]);
      }),
    );
  });

  test('a run that was killed after any step continues with the steps that were left', () => {
    const all = steps(bare);
    for (let done = 0; done <= all.length; done += 1) {
      const facts = all.slice(0, done).reduce(factsAfter, bare);
      expect(steps(facts).map((step) => step.title)).toEqual(all.slice(done).map((step) => step.title));
    }
  });

  test('a component that an operator holds stopped is not started', () => {
    const left = steps(bare, ['web']).flatMap((step) => (step.kind === 'start-components' ? step.components : []));
    expect(left).toEqual(['postgres', 'gevent', 'cron']);
  });

  test('changed PostgreSQL settings restart its clients too, and nothing else stops for nothing', () => {
    const done = steps(bare).reduce(factsAfter, bare);
    const changed = steps({ ...done, staleConfigurations: ['postgres'] });
    expect(changed.flatMap((step) => (step.kind === 'stop-component' ? step.component : []))).toEqual([
      'cron',
      'gevent',
      'web',
      'postgres',
    ]);
    expect(steps({ ...done, staleConfigurations: ['cron'] }).map((step) => step.title)).toEqual([
      'Stop cron',
      'Write configuration',
      'Start cron',
    ]);
  });

  test('every obstacle is told at once, before anything is touched', () => {
    const plan = planBringUp({
      ...bare,
      ports: [
        { port: 8069, component: 'web', holder: 'other', remedy: 'Change connect.odoo.url.' },
        { port: 5470, component: 'postgres', holder: 'other', remedy: 'Use --postgres-port.' },
      ],
      freeBytes: { cache: 1024, state: 10 * gibibyte },
    });
    expect(plan.kind === 'refused' && plan.reasons.map((reason) => reason.code)).toEqual([
      'PORT_IN_USE',
      'PORT_IN_USE',
      'DISK_FULL',
    ]);
  });
});

test('BKP-02: an archive is prepared where physical backups are declared, and only there', () => {
  const kinds = (archive: HostFacts['archive']) => steps({ ...bare, archive }).map(({ kind }) => kind);
  expect(kinds('missing')).toContain('prepare-archive');
  expect(kinds('not-wanted')).not.toContain('prepare-archive');
});

describe('keeping components up', () => {
  const now = Temporal.Instant.from('2026-11-21T06:00:00Z');
  const down = { endedAt: now, ending: 'crash', restarts: [], isHeld: false } as const;

  test('a crash is healed after a second, then with growing delays that never pass a minute', () => {
    expect(decideRestart(down, now).kind).toBe('wait');
    expect(decideRestart(down, now.add({ seconds: 1 })).kind).toBe('start');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 40 }), (agesSeconds) => {
        const restarts = agesSeconds.map((seconds) => now.subtract({ seconds }));
        expect(decideRestart({ ...down, restarts }, now.add({ seconds: longestDelaySeconds })).kind).toBe('start');
      }),
    );
  });

  test('a clean end from outside is respected for a minute, an operator hold until it is lifted', () => {
    const clean = { ...down, ending: 'clean' } as const;
    expect(decideRestart(clean, now.add({ seconds: 59 })).kind).toBe('wait');
    expect(decideRestart(clean, now.add({ seconds: 60 })).kind).toBe('start');
    expect(decideRestart({ ...clean, isHeld: true }, now.add({ hours: 24 })).kind).toBe('hold');
  });
});
