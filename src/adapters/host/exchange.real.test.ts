import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createExchange } from './exchange.ts';

const doomed = join(import.meta.dirname, '../../../test/recovery/doomed-exchange.ts');
const roots: string[] = [];

afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true, force: true });
});

/** The parts of an environment's data, each holding a word. */
const inPlace = {
  data: 'postgres/data/PG_VERSION',
  password: 'postgres/superuser-password',
  filestore: 'odoo/filestore/acme/aa/file',
};
const released = { data: 'data/PG_VERSION', password: 'superuser-password', filestore: 'filestore/aa/file' };

async function put(root: string, paths: Readonly<Record<string, string>>, word: string): Promise<void> {
  for (const path of Object.values(paths)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), word);
  }
}

const wordsIn = (root: string): Promise<readonly string[]> =>
  Promise.all(Object.values(inPlace).map((path) => readFile(join(root, path), 'utf8').catch(() => 'missing')));

async function open(): Promise<{ readonly root: string; readonly from: string }> {
  const base = await mkdtemp(join(tmpdir(), 'plimsoll-exchange-'));
  roots.push(base);
  const [root, from] = [join(base, 'acme'), join(base, 'place')];
  await put(root, inPlace, 'old');
  await put(from, released, 'new');
  return { root, from };
}

/** Runs an exchange in a process of its own that kills itself after so many lasting changes; answers whether it did. */
function killedAfter(steps: number, { root, from }: { root: string; from: string }, ending: string): boolean {
  const { signal, status, stderr } = spawnSync(process.execPath, [doomed, root, from, String(steps), ending]);
  if (signal === 'SIGKILL') return true;
  expect(status, String(stderr)).toBe(0);
  return false;
}

describe('the data of an environment is exchanged whole or not at all, whenever it is killed', () => {
  test.each(['settle', 'put-back'])(
    'kill -9 after every lasting change, ending with %s',
    { timeout: 300_000 },
    async (ending) => {
      const seen = new Set<string>();
      let steps = 1;
      for (; ; steps += 1) {
        const place = await open();
        const wasKilled = killedAfter(steps, place, ending);
        const exchange = createExchange({ runtimeDirectory: place.root }, 'acme');
        await exchange.heal();
        const [first = '', ...rest] = await wordsIn(place.root);
        expect(['old', 'new'], `after ${steps} changes`).toContain(first);
        expect(rest, `after ${steps} changes`).toEqual([first, first]);
        seen.add(first);
        const journal = await exchange.read();
        // What is unsettled is the new one, with the old set aside: both ways are open still.
        if (journal !== undefined) expect([journal.phase, first]).toEqual(['exchanged', 'new']);
        if (first === 'new')
          expect(await readFile(join(place.root, 'postgres/data/postgresql.conf'), 'utf8')).toBe('new');
        await exchange.settle({ keepsOld: false, at: Temporal.Now.instant() });
        expect((await readdir(place.root)).sort()).toEqual(['odoo', 'postgres']);
        if (!wasKilled) break;
      }
      expect(steps).toBeGreaterThan(12);
      expect([...seen].sort()).toEqual(['new', 'old']);
    },
  );

  test('without what is written down before the first move, a kill leaves a mixture: the guard is needed', async () => {
    const { root, from } = await open();
    expect(killedAfter(9, { root, from }, 'settle')).toBe(true);
    await rm(join(root, 'exchange.json'));
    await createExchange({ runtimeDirectory: root }, 'acme').heal();
    expect(await wordsIn(root)).not.toEqual(['old', 'old', 'old']);
    expect(await wordsIn(root)).not.toEqual(['new', 'new', 'new']);
  });

  test('the old data is kept where nothing else holds it', async () => {
    const { root, from } = await open();
    const exchange = createExchange({ runtimeDirectory: root }, 'acme');
    const [dataDirectory, superuserPasswordFile] = [join(from, 'data'), join(from, 'superuser-password')];
    const note = { restore: 'r', backup: 'b', method: 'logical', isBackedUp: false, isCopy: false } as const;
    const parts = { dataDirectory, superuserPasswordFile, filestoreDirectory: join(from, 'filestore') };
    await exchange.accept(parts, note, async () => {});
    await exchange.exchange();
    const kept = await exchange.settle({ keepsOld: true, at: Temporal.Instant.from('2026-11-21T12:00:00Z') });
    expect(kept).toBe(join(root, 'before-20261121T120000Z'));
    expect(await readFile(join(kept ?? '', 'data/PG_VERSION'), 'utf8')).toBe('old');
    expect(await wordsIn(root)).toEqual(['new', 'new', 'new']);
  });

  test('nothing is exchanged for what did not arrive whole', async () => {
    const { root } = await open();
    await expect(createExchange({ runtimeDirectory: root }, 'acme').exchange()).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
    });
    expect(await wordsIn(root)).toEqual(['old', 'old', 'old']);
  });
});
