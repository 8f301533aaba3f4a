import { describe, expect, test } from 'vitest';
import { parseEstate } from '../estate/index.ts';
import type { Sample } from './sample.ts';
import { siteBacklogs } from './site-backlog.ts';

const now = Temporal.Instant.from('2026-11-20T13:00:00Z');

function sample(metric: string, value: number, labels: Sample['labels']): Sample {
  return { environment: 'acme-prod', metric, labels, at: now, value };
}

const work = [
  ...['WH', 'FXT', 'OLD'].map((warehouse) => sample('odoo_warehouse_count', 1, { warehouse })),
  sample('odoo_picking_backlog_count', 10, { warehouse: 'WH', state: 'assigned' }),
  sample('odoo_picking_backlog_count', 5, { warehouse: 'WH', state: 'waiting' }),
  sample('odoo_picking_backlog_count', 4, { warehouse: 'OLD', state: 'assigned' }),
  sample('odoo_picking_late_count', 2, { warehouse: 'OLD' }),
  sample('odoo_picking_due_count', 3, { warehouse: 'WH', horizon: '1h' }),
  sample('odoo_picking_due_count', 7, { warehouse: 'WH', horizon: '4h' }),
  sample('odoo_picking_due_count', 1, { warehouse: 'FXT', horizon: '1h' }),
  sample('odoo_picking_due_count', 2, { warehouse: 'FXT', horizon: '4h' }),
];

const cutOffs = [
  { site: 'rotterdam', at: now.add({ hours: 3 }) },
  { site: 'felixstowe', at: now.add({ minutes: 30 }) },
];

const rotterdam = { name: 'rotterdam', warehouses: ['WH'] };
const felixstowe = { name: 'felixstowe', warehouses: ['FXT'] };
const backlogs = (sites: Parameters<typeof siteBacklogs>[0], samples: readonly Sample[] = work) =>
  siteBacklogs(sites, samples, cutOffs, now);

describe('the backlog of each site of an environment (EST-07)', () => {
  test('each site counts its own warehouses against its own cut-off', () => {
    expect(backlogs([rotterdam, felixstowe])).toEqual([
      {
        site: 'rotterdam',
        warehouses: ['WH'],
        openCount: 15,
        lateCount: 0,
        dueBeforeNextCutOffCount: 7,
        notCounted: null,
      },
      {
        site: 'felixstowe',
        warehouses: ['FXT'],
        openCount: 0,
        lateCount: 0,
        dueBeforeNextCutOffCount: 1,
        notCounted: null,
      },
    ]);
  });

  test('a single site counts everything, whether Odoo or its database was asked', () => {
    expect(backlogs([{ name: 'rotterdam' }])[0]).toMatchObject({ warehouses: null, openCount: 19, lateCount: 2 });
    const counted = [sample('odoo_picking_backlog_count', 19, { warehouse: 'all', state: 'open' })];
    expect(backlogs([{ name: 'rotterdam' }], counted)[0]).toMatchObject({ openCount: 19, notCounted: null });
    expect(backlogs([rotterdam], counted)[0]).toMatchObject({ openCount: 19, notCounted: null });
  });

  test('of several sites that declare nothing the first counts everything and the next says what to declare', () => {
    const [first, second] = backlogs([{ name: 'rotterdam' }, { name: 'felixstowe' }]);
    expect(first).toMatchObject({ openCount: 19, dueBeforeNextCutOffCount: 9, notCounted: null });
    expect(second).toMatchObject({ openCount: null, lateCount: null, dueBeforeNextCutOffCount: null });
    expect(second?.notCounted).toContain('Declare the warehouses of felixstowe: `odoo: { warehouses: [CODE] }`');
  });

  test('work is never counted for two sites: the one that declares nothing has the rest', () => {
    const [first] = backlogs([{ name: 'rotterdam' }, felixstowe]);
    expect(first).toMatchObject({ warehouses: null, openCount: 19, lateCount: 2, dueBeforeNextCutOffCount: 7 });
  });

  test('a warehouse that Odoo does not have is told, with those that it has', () => {
    const [, second] = backlogs([rotterdam, { name: 'felixstowe', warehouses: ['FLX'] }]);
    expect(second).toMatchObject({ openCount: null, dueBeforeNextCutOffCount: null });
    expect(second?.notCounted).toContain('Odoo has no warehouse FLX; it has FXT, OLD, WH.');
  });

  test('counts of all warehouses together are not divided by guessing', () => {
    const all = [sample('odoo_picking_backlog_count', 19, { warehouse: 'all', state: 'open' })];
    expect(backlogs([rotterdam, felixstowe], all).map(({ openCount }) => openCount)).toEqual([null, null]);
    expect(backlogs([rotterdam, felixstowe], all)[1]?.notCounted).toContain('Connect the database');
  });

  test('a question without any answer is unknown and not zero, though the warehouse is known', () => {
    const unread = work.filter(({ metric }) => metric !== 'odoo_picking_due_count');
    expect(backlogs([rotterdam, felixstowe], unread)[1]).toMatchObject({
      openCount: 0,
      dueBeforeNextCutOffCount: null,
      notCounted: null,
    });
  });

  test('a site without a cut-off, or with one beyond a day, has nothing due before it', () => {
    const far = [{ site: 'rotterdam', at: now.add({ hours: 25 }) }];
    const due = siteBacklogs([rotterdam, felixstowe], work, far, now).map((each) => each.dueBeforeNextCutOffCount);
    expect(due).toEqual([null, null]);
  });

  test('an estate declares the warehouses of a site by their code, and a code with a space is refused', () => {
    const text = (code: string) =>
      `kind: Site\nname: rotterdam\ntimezone: Europe/Amsterdam\nodoo: { warehouses: ["${code}"] }\n`;
    const parse = (code: string) => parseEstate([{ path: 'estate.yaml', text: text(code) }]);
    const told = (code: string) => parse(code).diagnostics.map(({ message }) => message);
    expect(told('W H')).toContain('`odoo.warehouses.0` cannot be `W H`');
    expect(told('WH')).toEqual(['nothing names the estate']);
  });
});
