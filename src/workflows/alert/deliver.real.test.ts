import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openReceiver } from '../../../test/alerts/receiver.ts';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { eventually } from '../../../test/serve.ts';
import { createPostgresStore } from '../../adapters/postgres/index.ts';
import { exampleDraft } from '../../ports/alert-store.contract.ts';
import { claimSeconds } from './deliver.ts';

const database = await createTestDatabase();
const program = join(import.meta.dirname, '../../../test/alerts/doomed-sender.ts');

test('a sender that is killed between sending and writing it down loses nothing: the same message goes out again, under the same id', async () => {
  // The first request is taken and never answered, so that the sender dies with it in flight.
  const receiver = await openReceiver((_, count) => (count === 1 ? 0 : 200));
  const store = createPostgresStore(database.sql);
  await store.outbox.write([exampleDraft('alert-1/firing')], Temporal.Now.instant());
  const sender = () => spawn(process.execPath, [program, database.url, receiver.url], { stdio: 'inherit' });
  try {
    const doomed = sender();
    await eventually(30, async () => (receiver.received.length === 1 ? true : undefined));
    doomed.kill('SIGKILL');
    await once(doomed, 'exit');
    // Another that looks at once leaves it alone: for all it knows the first is still at it.
    await once(sender(), 'exit');
    expect(receiver.received).toHaveLength(1);
    await database.sql`UPDATE plimsoll.outbox SET claimed_until = claimed_until - make_interval(secs => ${claimSeconds})`;
    await once(sender(), 'exit');
    const keys = receiver.received.map(({ headers }) => headers['idempotency-key']);
    const [message] = await store.outbox.list({ limit: 9 });
    expect(keys).toEqual([message?.id, message?.id]);
    expect(message).toMatchObject({ state: 'sent', attempts: 2 });
    expect((await store.ledger.tail({ limit: 9 })).map(({ type }) => type)).toEqual(['notification.sent']);
    await once(sender(), 'exit');
    expect(receiver.received).toHaveLength(2);
  } finally {
    await receiver.close();
  }
});
