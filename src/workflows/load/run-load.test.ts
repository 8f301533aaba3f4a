import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../../test/clocks.ts';
import { labEnvironment } from '../../../test/lab-environment.ts';
import { Fault } from '../../core/kernel/index.ts';
import { type LoadProfile, type LoadReport, parseProfile } from '../../core/load/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OdooRpc } from '../../ports/odoo-rpc.ts';
import { runLoad } from './run-load.ts';

const environment = labEnvironment({ url: 'http://127.0.0.1:1', database: 'none', login: 'nobody' });

function profileOf(text: string): LoadProfile {
  const { profile } = parseProfile('p.yaml', text);
  if (profile === undefined) throw new Error('the profile is wrong');
  return profile;
}

const warehouse = {
  id: 1,
  lot_stock_id: [8, 'Stock'],
  delivery_steps: 'pick_pack_ship',
  reception_steps: 'two_steps',
  in_type_id: [1, 'in'],
  store_type_id: [2, 'store'],
  pick_type_id: [3, 'pick'],
  pack_type_id: [4, 'pack'],
  out_type_id: [5, 'out'],
  int_type_id: [6, 'int'],
};

const records: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'res.users': { company_id: [1, 'Own'] },
  'res.company': { partner_id: [1, 'Own'] },
  'res.partner': { id: 1, ref: false },
  'stock.warehouse': warehouse,
  'stock.picking.type': { default_location_dest_id: [8, 'Stock'] },
  'stock.location': { id: 9 },
  'product.product': { id: 1, barcode: 'PLIMSOLL-LOAD-01', display_name: 'Goods', uom_id: [1, 'Units'] },
  'stock.quant': { location_id: [8, 'Stock'], quantity: 5 },
};

/** Answers the set-up at once, and each scan's quant search after the given time. */
function slowRpc(
  clock: Clock,
  seconds: number,
  changes: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): OdooRpc {
  return {
    version: async () => '19.0',
    call: async ({ model, method }) => {
      if (method === 'context_get') return { uid: 2 };
      if (method === 'search_count') return 1;
      if (model === 'stock.quant' && method === 'search_read') await clock.sleep(seconds);
      return [{ ...records[model], ...changes[model] }];
    },
  };
}

async function load(text: string, seconds: number, forSeconds: number, signal?: AbortSignal): Promise<LoadReport> {
  const clock = createVirtualClock();
  const options = { profile: profileOf(text), seed: 7, forSeconds, signal };
  const report = await runLoad({ clock, rpc: slowRpc(clock, seconds) }, environment, options);
  if ('kind' in report) throw new Error('refused');
  return report;
}

describe('several warehouses', () => {
  const profile = profileOf('name: a\nclasses: { scan: 1/s }\n');
  const codesAsked = async (warehouses: readonly string[] | undefined): Promise<readonly unknown[]> => {
    const clock = createVirtualClock();
    const rpc = slowRpc(clock, 0.1);
    const asked: unknown[] = [];
    const listening: OdooRpc = {
      ...rpc,
      call: (request) => {
        if (request.model === 'stock.warehouse') asked.push(request.args?.['domain']);
        const isUnknown = JSON.stringify(request.args ?? {}).includes('"NONE"');
        return isUnknown ? Promise.resolve([]) : rpc.call(request);
      },
    };
    await runLoad({ clock, rpc: listening }, environment, { profile, seed: 7, forSeconds: 5, warehouses });
    return asked;
  };

  test('each that is named is looked for by its short name; none named means the first', async () => {
    const own = ['company_id', '=', 1];
    expect(await codesAsked(undefined)).toEqual([[own]]);
    expect(await codesAsked(['WH', 'FXT'])).toEqual(['WH', 'FXT'].map((code) => [own, ['code', '=', code]]));
  });

  test('one that is not there is named, before anything arrives', async () => {
    await expect(codesAsked(['WH', 'NONE'])).rejects.toThrow('the company has no warehouse NONE');
  });
});

describe('open arrivals', () => {
  test('an Odoo that keeps up: latency is its own time, nothing is shed', async () => {
    const { classes, highestInFlight } = await load('name: a\nclasses: { scan: 1/s }\ninFlight: 50\n', 0.2, 120);
    const [scan] = classes;
    expect(scan).toMatchObject({ shed: 0, failed: 0, unfinished: 0 });
    expect(scan?.done).toBeGreaterThan(90);
    expect(scan?.p99Seconds).toBeCloseTo(0.2, 2);
    expect(highestInFlight).toBeLessThan(10);
  });

  test('arrivals do not wait for answers: a slow Odoo has many in flight, up to the bound, and sheds the rest', async () => {
    const { classes, highestInFlight } = await load('name: a\nclasses: { scan: 1/s }\ninFlight: 8\n', 20, 120);
    const [scan] = classes;
    expect(highestInFlight).toBe(8);
    // Eight at a time, 20 s each: 0.4 per second of 1 per second get through.
    expect(scan?.shed).toBeGreaterThan(40);
    expect(scan?.done).toBeGreaterThan(35);
    expect((scan?.done ?? 0) + (scan?.shed ?? 0)).toBe(scan?.arrived);
    expect((scan?.done ?? 0) + (scan?.shed ?? 0)).toBeGreaterThan(90);
  });

  test('latency counts from the scheduled arrival, not from when the driver came round to it', async () => {
    const clock = createVirtualClock();
    let isFirst = true;
    const late: Clock = {
      now: clock.now,
      // The driver itself is held up for 30 s once, as by a paused machine.
      sleep: async (seconds, signal) => {
        const pause = isFirst ? 30 : 0;
        isFirst = false;
        await clock.sleep(seconds + pause, signal);
      },
    };
    const profile = profileOf('name: a\nclasses: { scan: 1/s }\ninFlight: 256\n');
    const report = await runLoad({ clock: late, rpc: slowRpc(clock, 0.1) }, environment, {
      profile,
      seed: 7,
      forSeconds: 60,
    });
    if ('kind' in report) throw new Error('refused');
    const [scan] = report.classes;
    // With coordinated omission every scan would read 0.1 s.
    expect(scan?.p95Seconds).toBeGreaterThan(20);
    expect(scan?.p95Seconds).toBeLessThan(32);
  });

  test('an interruption ends the arrivals and still reports', async () => {
    const stop = new AbortController();
    const clock = createVirtualClock();
    const profile = profileOf('name: a\nclasses: { scan: 1/s }\n');
    const onProgress = () => stop.abort(new Error('enough'));
    const options = { profile, seed: 7, forSeconds: 3_600, signal: stop.signal, onProgress };
    const report = await runLoad({ clock, rpc: slowRpc(clock, 0.1) }, environment, options);
    expect(report).toMatchObject({ elapsedSeconds: expect.closeTo(5, 0) });
  });

  test('errors are counted by kind and do not stop the load', async () => {
    const clock = createVirtualClock();
    const rpc = slowRpc(clock, 0.1);
    let calls = 0;
    const failing: OdooRpc = {
      ...rpc,
      call: async (request) => {
        if (request.model === 'stock.quant' && request.method === 'search_read') {
          calls += 1;
          if (calls % 2 === 0) {
            throw new Fault('ODOO_FAILED', 'order 17', { details: { exception: 'odoo.exceptions.UserError' } });
          }
        }
        return rpc.call(request);
      },
    };
    const profile = profileOf('name: a\nclasses: { scan: 1/s }\n');
    const report = await runLoad({ clock, rpc: failing }, environment, { profile, seed: 7, forSeconds: 60 });
    if ('kind' in report) throw new Error('refused');
    const [scan] = report.classes;
    expect(Object.keys(scan?.errors ?? {})).toEqual(['ODOO_FAILED odoo.exceptions.UserError']);
    expect(Math.abs((scan?.done ?? 0) - (scan?.failed ?? 0))).toBeLessThanOrEqual(1);
  });
});

describe('refusals', () => {
  const clock = createVirtualClock();
  const scans = profileOf('name: a\nclasses: { scan: 1/s }\n');
  const options = { profile: scans, seed: 1, forSeconds: 1 };

  test('production is refused without a single call, unless it is declared a lab', async () => {
    const rpc: OdooRpc = {
      version: async () => '19.0',
      call: async () => {
        throw new Error('Odoo was called');
      },
    };
    const production = { ...environment, stage: 'production' as const, isLab: false };
    expect(await runLoad({ clock, rpc }, production, options)).toMatchObject({
      kind: 'refused',
      reasons: [{ code: 'LOAD_PRODUCTION' }],
    });
    await expect(runLoad({ clock, rpc }, { ...production, isLab: true }, options)).rejects.toThrow('Odoo was called');
  });

  test('a class that the warehouse has no operation for is refused by name', async () => {
    const rpc = slowRpc(clock, 0, { 'stock.warehouse': { delivery_steps: 'ship_only' } });
    const profile = profileOf('name: a\nclasses: { packing: 1/s }\n');
    expect(await runLoad({ clock, rpc }, environment, { ...options, profile })).toMatchObject({
      kind: 'refused',
      reasons: [{ code: 'LOAD_CLASS_IMPOSSIBLE', message: expect.stringContaining('packing') }],
    });
  });

  test('the synthetic company of the journeys is never loaded', async () => {
    const rpc = slowRpc(clock, 0, { 'res.partner': { ref: 'PLIMSOLL-SYNTHETIC' } });
    await expect(runLoad({ clock, rpc }, environment, options)).rejects.toThrow('never touches');
  });
});
