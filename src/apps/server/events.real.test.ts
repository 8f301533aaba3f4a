import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { createPostgresStore, eventChannel } from '../../adapters/postgres/index.ts';
import { publishEvents } from '../../workflows/publish-events.ts';
import { wireFake } from '../wire-fake.ts';
import { createApp } from './create-app.ts';

const database = await createTestDatabase();
const actor = { kind: 'cli', name: 'test' } as const;
const clock = { now: () => Temporal.Now.instant() };

/** A controller's API on the shared database; one that is deaf was never told of notifications. */
async function controller(isDeaf: boolean) {
  const { deps } = wireFake();
  const store = publishEvents(createPostgresStore(database.sql), clock);
  const listeners = new Set<() => void>();
  if (!isDeaf) {
    await database.sql.listen(eventChannel, () => {
      for (const listener of listeners) listener();
    });
  }
  const onEvents = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const app = createApp({ ...deps, store, onEvents }, new AbortController().signal);
  return { app, store };
}

/** How long a subscriber of one controller waits for what another one records. */
async function secondsUntilHeard(isDeaf: boolean, subject: string): Promise<number> {
  const [here, elsewhere] = [await controller(isDeaf), await controller(false)];
  const response = await here.app.request('http://localhost/api/v1/events');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read();
  // Past the stream's first look, so that only a notification or the next poll shows what comes.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const startedAt = performance.now();
  await elsewhere.store.ledger.append({ actor, type: 'noted', subject, data: {} }, clock.now());
  for (let text = ''; !text.includes(subject); ) text += (await reader?.read())?.value ?? '';
  await reader?.cancel();
  return (performance.now() - startedAt) / 1_000;
}

describe('events of several controllers on one PostgreSQL', () => {
  // On a busy machine a notification may be late, and the next look near: of several tries one shows what there is to see.
  const tries = 4;

  test('what one records is heard at once by who listens to another', async () => {
    let least = Number.POSITIVE_INFINITY;
    for (let number = 0; number < tries && least >= 2; number += 1) {
      least = Math.min(least, await secondsUntilHeard(false, `test/notified-${number}`));
    }
    expect(least).toBeLessThan(2);
  });

  test('with notifications switched off it is still heard, but only when the stream looks again', async () => {
    let most = 0;
    for (let number = 0; number < tries && most <= 2; number += 1) {
      most = Math.max(most, await secondsUntilHeard(true, `test/polled-${number}`));
    }
    expect(most).toBeGreaterThan(2);
  });
});
