import { describe, expect, test } from 'vitest';
import { Fault } from '../../core/kernel/index.ts';
import { createResilience } from './resilience.ts';

const unreachable = () => new Fault('ODOO_UNREACHABLE', 'nobody is there');
const options = { retries: 2, openAfterFailures: 3, openForSeconds: 60 };

function failing(fault: () => Fault, times: number): { work: () => Promise<string>; readonly calls: number } {
  let calls = 0;
  return {
    work: async () => {
      calls += 1;
      if (calls <= times) throw fault();
      return 'answer';
    },
    get calls() {
      return calls;
    },
  };
}

describe('treating a server that does not answer', () => {
  test('a safe read is tried again, a write never', async () => {
    const read = failing(unreachable, 2);
    expect(await createResilience(options).execute('search_read', read.work)).toBe('answer');
    const write = failing(unreachable, 2);
    await expect(createResilience(options).execute('create', write.work)).rejects.toMatchObject({
      code: 'ODOO_UNREACHABLE',
    });
    expect([read.calls, write.calls]).toEqual([3, 1]);
  });

  test('a timeout is never tried again: the request may still occupy a worker', async () => {
    const slow = failing(() => new Fault('ODOO_TIMEOUT', 'slow'), 1);
    await expect(createResilience(options).execute('search_read', slow.work)).rejects.toMatchObject({
      code: 'ODOO_TIMEOUT',
    });
    expect(slow.calls).toBe(1);
  });

  test('after some failures in a row the server is left alone for a while', async () => {
    const resilience = createResilience(options);
    const dead = failing(unreachable, 100);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(resilience.execute('create', dead.work)).rejects.toMatchObject({ code: 'ODOO_UNREACHABLE' });
    }
    expect(dead.calls).toBe(options.openAfterFailures);
  });

  test('errors of Odoo itself and timeouts do not open the circuit', async () => {
    const resilience = createResilience(options);
    const broken = failing(() => new Fault('ODOO_FAILED', 'its own error'), 10);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(resilience.execute('create', broken.work)).rejects.toMatchObject({ code: 'ODOO_FAILED' });
    }
    expect(await resilience.execute('create', broken.work)).toBe('answer');
  });
});
