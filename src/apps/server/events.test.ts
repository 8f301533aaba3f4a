import { describe, expect, test } from 'vitest';
import { wireFake } from '../wire-fake.ts';
import { createApp } from './create-app.ts';

interface Message {
  readonly id: string;
  readonly event: string | undefined;
  readonly data: { readonly subject?: string };
}

function parse(block: string): Message | undefined {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const [id, data] = [field('id'), field('data')];
  if (id === undefined || data === undefined) return undefined;
  return { id, event: field('event'), data: JSON.parse(data) as Message['data'] };
}

/** Listens as a browser does; `take` waits for so many messages and then leaves. */
async function listen(app: ReturnType<typeof createApp>, lastEventId?: string) {
  const leave = new AbortController();
  const response = await app.request('http://localhost/api/v1/events', {
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    signal: leave.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  return async (count: number): Promise<readonly Message[]> => {
    const messages: Message[] = [];
    let text = '';
    while (messages.length < count) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) break;
      const blocks = (text + chunk.value).split('\n\n');
      text = blocks.pop() ?? '';
      messages.push(...blocks.map(parse).filter((message) => message !== undefined));
    }
    await reader?.cancel();
    leave.abort();
    return messages;
  };
}

function world() {
  const { deps } = wireFake();
  const app = createApp(deps, new AbortController().signal);
  const actor = { kind: 'cli', name: 'test' } as const;
  const note = async (...subjects: readonly string[]): Promise<void> => {
    for (const subject of subjects) {
      await deps.store.ledger.append({ actor, type: 'noted', subject, data: {} }, deps.clock.now());
    }
  };
  return { deps, app, note };
}

const subjects = (messages: readonly Message[]) => messages.map((message) => message.data.subject);

describe('the stream of events', () => {
  test('begins now; one that comes back with Last-Event-ID gets what it missed, once and in order', async () => {
    const { app, note } = world();
    await note('before');
    const first = await listen(app);
    await note('a', 'b');
    const heard = await first(2);
    expect(subjects(heard)).toEqual(['a', 'b']);
    await note('c', 'd');
    const missed = await (await listen(app, heard[1]?.id))(2);
    expect(subjects(missed)).toEqual(['c', 'd']);
    const again = await (await listen(app, heard[0]?.id))(3);
    expect(subjects(again)).toEqual(['b', 'c', 'd']);
  });

  test.each([
    ['was forgotten meanwhile', '1'],
    ['is of another database', '999999'],
  ])('one whose last event %s is told to ask anew, and then hears what comes', async (_, lastEventId) => {
    const { deps, app, note } = world();
    await note('one', 'two', 'three', 'four');
    await deps.store.events.prune(deps.clock.now().add({ hours: 1 }));
    await note('five', 'six');
    const take = await listen(app, lastEventId);
    await note('seven');
    const [reset, next] = await take(2);
    expect(reset).toMatchObject({ event: 'reset', data: {} });
    expect(next?.data.subject).toBe('seven');
    expect(Number(next?.id)).toBeGreaterThan(Number(reset?.id));
  });

  test('a Last-Event-ID that is no number counts as none', async () => {
    const { app, note } = world();
    await note('before');
    const take = await listen(app, "1' OR true");
    await note('after');
    expect(subjects(await take(1))).toEqual(['after']);
  });
});
