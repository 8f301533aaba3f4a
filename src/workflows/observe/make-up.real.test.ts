import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabDatabase, startLab } from '../../../test/lab/index.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { createMemorySampleStore } from '../../adapters/memory/samples.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { createPostgresOdooDatabase } from '../../adapters/odoo-database/postgres-odoo-database.ts';
import { createSecret } from '../../core/kernel/index.ts';
import type { OdooDatabase } from '../../ports/odoo-database.ts';
import { createObserverMemory, observeEnvironment } from '../observe-environment.ts';
import { labEnvironment } from './lab.fixture.ts';

let lab: Lab;
let copy: LabDatabase;
let database: OdooDatabase;
let superuser: postgres.Sql;

beforeAll(async () => {
  lab = await startLab();
  copy = await lab.createDatabase();
  const url = await lab.superuserUrl(copy.name);
  superuser = postgres(url, { max: 1 });
  database = createPostgresOdooDatabase({ url: createSecret('lab', url) });
}, 300_000);

afterAll(async () => {
  await database?.close();
  await superuser?.end({ timeout: 2 });
  await copy?.drop();
});

describe('how a real environment is made (OBS-11)', () => {
  test('is written to the ledger once, and so is what changes, also by a controller that was started anew', async () => {
    const nothing = { web: undefined, canProbeGevent: false, rpc: undefined, log: undefined };
    const sources = { ...nothing, filestore: undefined, host: undefined, database };
    const store = createMemoryStore();
    const told = async () => {
      const deps = {
        clock: systemClock,
        memory: createObserverMemory(),
        sources: () => sources,
        store,
        samples: createMemorySampleStore(),
        services: [],
        nextCutOffs: () => [],
        actor: { kind: 'controller', name: 'test' } as const,
      };
      await observeEnvironment(deps, labEnvironment(copy.name, 5));
      const entries = await store.ledger.tail({ subject: 'environment/lab', limit: 50 });
      return entries.map(({ type, data }) => [type, data['component'] ?? data['reason']] as const);
    };
    const first = await told();
    expect(first.map(([type]) => type)).toEqual(['environment.software-seen', 'component.started']);
    expect(first[0]?.[1]).toMatch(/^Odoo 19\.0\S* with \d+ modules$/);
    expect(first[1]?.[1]).toBe('postgres');
    expect(await told()).toEqual(first);
    await superuser`update ir_module_module set state = 'uninstalled' where name = 'delivery'`;
    expect(await told()).toEqual([...first, ['environment.software-changed', 'removed: delivery']]);
    await superuser`update ir_module_module set state = 'installed' where name = 'delivery'`;
    expect((await told()).at(-1)).toEqual(['environment.software-changed', 'installed: delivery']);
  });
});
