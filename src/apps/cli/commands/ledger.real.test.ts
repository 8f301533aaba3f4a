import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../test/embedded-store.ts';
import { runCli } from '../../../../test/serve.ts';
import { createPostgresStore } from '../../../adapters/postgres/index.ts';

const database = await createTestDatabase();
const state = await mkdtemp(join(tmpdir(), 'plimsoll-ledger-'));
afterAll(() => rm(state, { recursive: true, force: true }));
const verify = () =>
  runCli(['ledger', 'verify', '--json'], { PLIMSOLL_STATE: state, PLIMSOLL_DATABASE_URL: database.url });

describe('plimsoll ledger verify', () => {
  test('ends with 0 on an intact ledger, and with 1 on a tampered one, whose entry it names', async () => {
    const { ledger } = createPostgresStore(database.sql);
    const actor = { kind: 'cli', name: 'test' } as const;
    const at = Temporal.Instant.from('2026-11-21T06:00:00Z');
    for (const index of [1, 2, 3]) await ledger.append({ actor, type: 'noted', subject: 'test', data: { index } }, at);
    const intact = await verify();
    expect(intact.code).toBe(0);
    expect(JSON.parse(intact.output)).toMatchObject({ isIntact: true, entryCount: 3, firstBrokenSequence: null });
    await database.sql`ALTER TABLE plimsoll.ledger DISABLE TRIGGER ledger_is_append_only`;
    await database.sql`UPDATE plimsoll.ledger SET data = '{"index":9}' WHERE sequence = 2`;
    const broken = await verify();
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.output)).toMatchObject({ isIntact: false, firstBrokenSequence: 2 });
  });
});
