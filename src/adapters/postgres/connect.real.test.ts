import { expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { eventually } from '../../../test/serve.ts';
import { inTransaction } from './connect.ts';

const { sql } = await createTestDatabase();

// A driver that writes to the closed connection throws outside of every promise: the run would end with an unhandled error.
test('a transaction whose connection PostgreSQL ends is a fault, not the end of the process, and the pool goes on', async () => {
  for (let round = 0; round < 3; round += 1) {
    const lost = inTransaction(sql, async (inside) => {
      const [row] = await inside<{ pid: number }[]>`select pg_backend_pid() as pid`;
      const asked = inside`select pg_sleep(30)`;
      const ended = sql`select pg_terminate_backend(${row?.pid ?? 0})`;
      await Promise.all([asked, ended]);
    });
    await expect(lost).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  }
  const ask = (at: number) =>
    inTransaction(sql, async (inside) => (await inside<{ at: number }[]>`select ${at}::int as at`)[0]?.at);
  // The driver tells each connection's end once more to whoever gets that connection next; asked again, it answers.
  const numbers = Array.from({ length: 20 }, (_, at) => at);
  const answered = numbers.map((at) =>
    eventually(30, () =>
      ask(at).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'STORE_UNREACHABLE' });
        return undefined;
      }),
    ),
  );
  expect(await Promise.all(answered)).toEqual(numbers);
});
