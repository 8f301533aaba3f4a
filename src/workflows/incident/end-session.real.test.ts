import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Lab, type LabDatabase, startLab } from '../../../test/lab/index.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { createPostgresOdooDatabase } from '../../adapters/odoo-database/postgres-odoo-database.ts';
import { createPostgresSessions } from '../../adapters/odoo-database/postgres-sessions.ts';
import { createSecret } from '../../core/kernel/index.ts';
import { collectDatabase } from '../observe/collect-database.ts';
import { createObserverMemory } from '../observe/memory.ts';
import { endSession } from './perform.ts';

let lab: Lab;
let copy: LabDatabase;
beforeAll(async () => {
  lab = await startLab();
  copy = await lab.createDatabase();
});
afterAll(() => copy?.drop());

/** Whom a look at Odoo's database names as the holder of stock_picking. */
async function holderSeen() {
  const database = createPostgresOdooDatabase({ url: createSecret('lab', copy.url) });
  const signal = AbortSignal.timeout(60_000);
  const memory = createObserverMemory();
  const where = { environment: 'lab', database, statementTimeoutSeconds: 10, signal };
  try {
    return await vi.waitFor(
      async () => {
        const look = { ...where, memory: memory.of('lab'), at: systemClock.now() };
        const { result } = await collectDatabase(look);
        const held = result.locks?.holders.find(({ table }) => table === 'stock_picking');
        if (held?.backendStart == null) throw new Error('nobody holds it yet');
        return { pid: held.pid, backendStart: held.backendStart };
      },
      { timeout: 60_000, interval: 200 },
    );
  } finally {
    await database.close();
  }
}

describe("ending a session of Odoo's own database (INC-05)", () => {
  test("Odoo's own role ends the session that a look names, its transaction with it, and nobody else", async () => {
    const clerk = postgres(copy.url, { max: 1, onnotice: () => {} });
    const next = postgres(copy.url, { max: 1, onnotice: () => {} });
    try {
      // Idle in its transaction, as a session that somebody left open.
      const held = await clerk.reserve();
      await held`begin`;
      await held`update stock_picking set note = 'lost'`;
      await held`lock table stock_picking in access exclusive mode`;
      const session = await holderSeen();
      const sessions = createPostgresSessions(createSecret('lab', copy.url));
      const signal = AbortSignal.timeout(60_000);
      const another = { ...session, backendStart: '2020-01-01T00:00:00.000000Z' };
      const spared = await endSession(sessions, another, signal);
      expect(spared.note).toContain('another has its process id now, and was left alone');
      expect(await holderSeen()).toEqual(session);
      const ended = await endSession(sessions, session, signal);
      expect(ended).toMatchObject({ isGood: true, note: expect.stringContaining('was ended') });
      const [row] = await next`select count(*)::int as count from stock_picking where note = 'lost'`;
      expect(row?.['count']).toBe(0);
    } finally {
      await Promise.all([clerk.end({ timeout: 1 }), next.end({ timeout: 1 })]);
    }
  }, 180_000);
});
