import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../cli/run-cli.ts';
import { type FakeServer, startFakeServer } from '../portal/fake-server.ts';
import { documentedCommands, root } from './commands.ts';
import { wayOf } from './ways.ts';

// What the documents tell people to type is typed here, where it needs no Odoo; the rest in the acceptance run.

let work: string;
let server: FakeServer;
let environment: Record<string, string>;
/** Identities that documents make up, and what stands for them here. */
const meant = new Map<string, string>([['ledger/4711', 'ledger/1']]);

const alertId = '7b6c2f0e-0c9b-4f7e-9a53-0d8f5a3c1d11';
const eventId = '0f5d2f0e-0c9b-4f7e-9a53-0d8f5a3c1d11';
const listed = z.object({ id: z.string(), runbook: z.string().nullish() }).array();

async function firstOf(kind: 'alerts' | 'incidents', ...argv: string[]): Promise<string> {
  const { stdout } = await runCli([...argv, '--json'], environment);
  const found = listed.parse((JSON.parse(stdout) as Record<string, unknown>)[kind]);
  // One with three steps to do, where there is a choice.
  const best = found.find(({ runbook }) => runbook === 'locked-table') ?? found[0];
  return best?.id ?? expect.fail(`the made-up server has ${kind}`);
}

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'plimsoll-documented-'));
  await cp(join(root, 'examples'), join(work, 'examples'), { recursive: true });
  server = await startFakeServer('troubled', work);
  environment = { PLIMSOLL_SERVER: server.url, PLIMSOLL_STATE: join(work, 'state') };
});
afterAll(async () => {
  await server?.stop();
  await rm(work, { recursive: true, force: true });
});

/** Paths are about a checkout; here they are about the copy of this test, so that nothing is written elsewhere. */
function wordFor(word: string): string {
  const known = meant.get(word);
  if (known !== undefined) return known;
  return /^(examples\/|build$|my-estate$)/.test(word) ? join(work, word) : word;
}

const quietly = (...argv: readonly string[]) => runCli([...argv, '--json'], environment);

/** What the reader of a page has done by the time that they type the command. */
const before: Readonly<Record<string, () => Promise<void>>> = {
  'environment transition': async () => {
    await quietly('environment', 'transition', 'acme-prod', 'suspended', '--reason', 'stock count');
  },
  'incident run': async () => {
    await quietly('incident', 'step', wordFor(alertId), '2');
  },
  'incident close': async () => {
    const { stdout } = await quietly('incident', 'show', wordFor(alertId));
    const actions = /"actions":\s*(\[[^\]]*\])/.exec(stdout)?.[1] ?? '[]';
    for (const { id } of listed.parse(JSON.parse(actions))) {
      await quietly('incident', 'evidence', wordFor(alertId), id, wordFor('ledger/4711'));
    }
  },
};

async function type(words: readonly string[], exit: number): Promise<void> {
  const asks = words[0] === 'init' ? [...words, '--yes'] : words;
  await before[words.slice(0, 2).join(' ')]?.();
  const { code, stdout, stderr } = await runCli(asks.map(wordFor), environment);
  expect(code, `${stdout}${stderr}`).toBe(exit);
  expect(stdout).not.toBe('');
  if (words.includes('--json')) expect(() => JSON.parse(stdout)).not.toThrow();
}

const commandsOn = (place: string) =>
  [...documentedCommands()].flatMap(([command, { words }]) => {
    const way = wayOf(command)?.way;
    return way?.on === place ? [[command, words, 'exit' in way ? (way.exit ?? 0) : 0] as const] : [];
  });

describe('typed where nothing runs', () => {
  test.each(commandsOn('nothing'))('plimsoll %s', (_, words, exit) => type(words, exit), 60_000);
});

describe('typed against a server', () => {
  beforeAll(async () => {
    meant.set(alertId, await firstOf('alerts', 'alerts', 'list'));
  });
  const commands = commandsOn('the made-up server');
  test.each(commands.filter(([command]) => !command.startsWith('incident')))(
    'plimsoll %s',
    (_, words, exit) => type(words, exit),
    60_000,
  );

  describe('about incidents', () => {
    // What is learnt is written about one that is over, and everything else about one that goes on.
    const isReview = (words: readonly string[]): boolean =>
      ['review', 'action', 'evidence', 'close'].includes(words[1] ?? '');
    const about = commands.filter(([command]) => command.startsWith('incident'));

    describe('that goes on', () => {
      beforeAll(async () => {
        meant.set(alertId, await firstOf('incidents', 'incident', 'list', '--state', 'open'));
      });
      test.each(about.filter(([, words]) => !isReview(words)))(
        'plimsoll %s',
        (_, words, exit) => type(words, exit),
        60_000,
      );
    });

    describe('that is over', () => {
      beforeAll(async () => {
        const over = await firstOf('incidents', 'incident', 'list', '--state', 'review');
        meant.set(alertId, over);
        // The made-up incident has one action, under its own identity.
        meant.set(eventId, over);
      });
      test.each(about.filter(([, words]) => isReview(words)))(
        'plimsoll %s',
        (_, words, exit) => type(words, exit),
        60_000,
      );
    });
  });
});
