import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../core/kernel/index.ts';
import { exampleManifest, examplePhysical } from '../../ports/backup-manifest.fixture.ts';
import {
  content,
  contractTerms,
  edit,
  environment,
  flip,
  idOf,
  publishExample,
} from '../../ports/backup-repository.fixture.ts';
import { systemClock } from '../clock/system-clock.ts';
import { createMemoryObjectStore } from '../object-store/memory-object-store.ts';
import { createBackupCopier, createBackupRepository, type RepositoryOptions } from './backup-repository.ts';
import { defaultTerms } from './lease.ts';
import { generateKeys } from './memory-repository.ts';

let keys: Awaited<ReturnType<typeof generateKeys>>;
let here: RepositoryOptions;
let there: RepositoryOptions;

beforeEach(async () => {
  keys = await generateKeys();
  const common = { clock: systemClock, terms: contractTerms, ...keys };
  here = { name: 'here', store: createMemoryObjectStore(systemClock, { place: 'here' }), ...common };
  there = { name: 'there', store: createMemoryObjectStore(systemClock, { place: 'there' }), ...common };
});

const bytesAt = async (options: RepositoryOptions): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  for await (const { key } of options.store.list('')) {
    if (/^(pieces|backups)\//.test(key)) found.set(key, Buffer.from(await options.store.get(key)).toString('base64'));
  }
  return found;
};

describe('BKP-06: a copy in another region', () => {
  test('is the same to the bit, listed there, and proven', async () => {
    const repository = createBackupRepository(here);
    await publishExample(repository, 8);
    await publishExample(repository, 9);
    const report = await createBackupCopier(here, there).copy({ environment });
    expect(report).toMatchObject({ copied: [idOf(8), idOf(9)], present: [], refused: [], pieces: 6 });
    expect(report.proven).toBeGreaterThanOrEqual(4);
    expect(await bytesAt(there)).toEqual(await bytesAt(here));
    expect((await createBackupRepository(there).list(environment)).good).toHaveLength(2);
  });

  test('needs no identity: nothing is opened', async () => {
    const { dump } = await publishExample(createBackupRepository(here));
    const blind = { identities: [], recipients: [], signingKey: undefined, trustedSigners: [keys.publicSigningKey] };
    const report = await createBackupCopier({ ...here, ...blind }, { ...there, ...blind }).copy({ environment });
    expect(report).toMatchObject({ copied: [idOf(8)], proven: 0 });
    expect(await createBackupRepository(there).checkPiece(dump)).toBe('intact');
  });

  test('sends what is there already not again', async () => {
    const repository = createBackupRepository(here);
    await publishExample(repository, 8);
    await createBackupCopier(here, there).copy({ environment });
    await publishExample(repository, 9);
    const report = await createBackupCopier(here, there).copy({ environment });
    expect(report).toMatchObject({ copied: [idOf(9)], present: [idOf(8)], pieces: 3 });
  });

  test("a physical one is refused in words: without pgBackRest's repository it would bring nothing back", async () => {
    const repository = createBackupRepository(here);
    const { piece } = await repository.putPiece(content());
    const passphrase = { path: 'pgbackrest.json', bytes: piece.bytes, pieces: [piece] };
    const filestore = { ...exampleManifest().filestore, index: { ...passphrase, path: 'index' } };
    const id = '20261121T084512Z-physical-9f3a1c';
    const database = examplePhysical({ passphrase });
    await repository.publish(exampleManifest({ id, environment, database, filestore }), []);
    const report = await createBackupCopier(here, there).copy({ environment });
    expect(report).toMatchObject({ copied: [], refused: [{ id, detail: expect.stringMatching(/^physical:/) }] });
    expect((await createBackupRepository(there).list(environment)).good).toEqual([]);
  });

  test('of an environment is made by one at a time: another waits for it within bounds, or says who copies', async () => {
    await publishExample(createBackupRepository(here), 8);
    let begun = (): void => undefined;
    let goOn = (): void => undefined;
    const first = new Promise<void>((resolve) => (begun = resolve));
    const may = new Promise<void>((resolve) => (goOn = resolve));
    const slow = {
      ...there.store,
      put: async (...[key, body, options]: Parameters<typeof there.store.put>) => {
        if (key.startsWith('pieces/')) {
          begun();
          await may;
        }
        return there.store.put(key, body, options);
      },
    };
    const copying = createBackupCopier(here, { ...there, store: slow }).copy({ environment });
    await first;
    const refused = createBackupCopier(here, there).copy({ environment });
    await expect(refused).rejects.toMatchObject({
      code: 'BACKUP_UNDER_WAY',
      message: expect.stringContaining(`to there by a copy from here by process ${process.pid}`),
    });
    goOn();
    expect(await copying).toMatchObject({ copied: [idOf(8)] });
    expect(await createBackupCopier(here, there).copy({ environment })).toMatchObject({
      copied: [],
      present: [idOf(8)],
      pieces: 0,
    });
  });

  test('that a killed process of this machine was making is taken over at once', async () => {
    await publishExample(createBackupRepository(here), 8);
    const dead = spawnSync(process.execPath, ['--version']).pid;
    const writer = `a copy from here by process ${dead}.1 on ${hostname()}`;
    await createBackupRepository(there).beginWriting(environment, writer);
    expect(await createBackupCopier(here, there).copy({ environment })).toMatchObject({ copied: [idOf(8)] });
  });

  describe('that lost its target on the way, and could not give its claim up there', () => {
    /** A target that is away from its first piece on, and comes back when the test says so. */
    async function cutOff() {
      await publishExample(createBackupRepository(here), 8);
      let isAway = false;
      const away = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
        if (isAway) throw new Fault('REPOSITORY_UNREACHABLE', 'there does not answer.');
        return ask();
      };
      const { store } = there;
      const put: typeof store.put = async (key, ...rest) => {
        isAway ||= key.startsWith('pieces/');
        return away(() => store.put(key, ...rest));
      };
      // As in production: nobody's claim runs out while a test waits.
      const to = { ...there, terms: defaultTerms, store: { ...store, put } };
      await expect(createBackupCopier(here, to).copy({ environment })).rejects.toMatchObject({
        code: 'REPOSITORY_UNREACHABLE',
      });
      return { ...there, terms: defaultTerms };
    }

    test('takes it again at once; to everybody else it is held until it has run out', async () => {
      const to = await cutOff();
      const another = `a copy from here by process ${process.ppid}.1 on elsewhere`;
      await expect(createBackupRepository(to).beginWriting(environment, another)).rejects.toMatchObject({
        code: 'BACKUP_UNDER_WAY',
      });
      expect(await createBackupCopier(here, to).copy({ environment })).toMatchObject({ copied: [idOf(8)] });
    });

    test('is taken again by one of two that begin together: the other is refused, and overtakes nobody', async () => {
      const to = await cutOff();
      const both = await Promise.allSettled([1, 2].map(() => createBackupCopier(here, to).copy({ environment })));
      const refused = both.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
      expect(refused.length).toBeLessThan(2);
      for (const each of refused) expect(each).toMatchObject({ code: 'BACKUP_UNDER_WAY' });
      expect((await createBackupRepository(to).list(environment)).good).toHaveLength(1);
    });

    test('what another took meanwhile is not taken back', async () => {
      const to = await cutOff();
      const killed = `a copy from here by process ${spawnSync(process.execPath, ['--version']).pid}.1 on elsewhere`;
      const folder = `writing/${environment}/0000000002/`;
      await to.store.put(`${folder}claim`, new TextEncoder().encode(killed));
      await to.store.put(`${folder}renewed-1`, new Uint8Array(0));
      await expect(createBackupCopier(here, to).copy({ environment })).rejects.toMatchObject({
        code: 'BACKUP_UNDER_WAY',
        details: { holder: killed },
      });
    });
  });

  test('goes on where it was killed', async () => {
    await publishExample(createBackupRepository(here), 8);
    const stop = new AbortController();
    const interrupted = createBackupCopier(here, there).copy({
      environment,
      signal: stop.signal,
      report: () => stop.abort(new Error('killed')),
    });
    await expect(interrupted).rejects.toThrow('killed');
    expect((await createBackupRepository(there).list(environment)).good).toEqual([]);
    const sent = [...(await bytesAt(there)).keys()].length;
    expect(sent).toBeGreaterThan(0);
    const report = await createBackupCopier(here, there).copy({ environment });
    expect(report.pieces).toBe(3 - sent);
    expect(await bytesAt(there)).toEqual(await bytesAt(here));
  });

  test('killed in its read-back is listed nowhere, and the next one reads all of it back, also what was sent before', async () => {
    await publishExample(createBackupRepository(here), 8);
    // All is sent and settled; of what is read back the second piece never comes.
    let [asked, reached] = [0, (): void => undefined];
    const stands = new Promise<void>((resolve) => (reached = resolve));
    const standing = {
      ...there.store,
      get: async (...args: Parameters<typeof there.store.get>) => {
        if (args[0].startsWith('pieces/') && ++asked > 1) {
          reached();
          await new Promise(() => undefined);
        }
        return there.store.get(...args);
      },
    };
    void createBackupCopier(here, { ...there, store: standing }).copy({ environment });
    await stands;
    expect([...(await bytesAt(there)).keys()].every((key) => key.startsWith('pieces/'))).toBe(true);
    expect(await createBackupRepository(there).list(environment)).toEqual({ good: [], bad: [] });
    // Its process is dead: nobody gives its claim a sign of life any more.
    for await (const { key } of there.store.list('writing/')) await there.store.delete(key);
    const fresh = { ...there, store: createMemoryObjectStore(systemClock) };
    const { proven } = await createBackupCopier(here, fresh).copy({ environment });
    // What was proven before the kill may have changed since: it counts for nothing.
    const [first = ''] = [...(await bytesAt(there)).keys()];
    const body = await there.store.get(first);
    for (const key of (await bytesAt(there)).keys()) await edit(there.store, key, flip);
    await expect(createBackupCopier(here, there).copy({ environment })).rejects.toMatchObject({
      code: 'CONTENT_ALTERED',
    });
    expect((await createBackupRepository(there).list(environment)).good).toEqual([]);
    for (const key of (await bytesAt(there)).keys()) await there.store.delete(key);
    await there.store.put(first, body);
    expect(await createBackupCopier(here, there).copy({ environment })).toMatchObject({ copied: [idOf(8)], proven });
  });

  test('is not made of a backup that is not whole, nor of one that is not believed', async () => {
    const repository = createBackupRepository(here);
    const { pieces } = await publishExample(repository, 8);
    await here.store.delete(`pieces/${pieces[0]?.sha256.slice(0, 2)}/${pieces[0]?.sha256}`);
    await expect(createBackupCopier(here, there).copy({ environment })).rejects.toMatchObject({
      code: 'CONTENT_MISSING',
    });
    await edit(here.store, '.sig', flip);
    const report = await createBackupCopier(here, there).copy({ environment });
    expect(report).toMatchObject({
      copied: [],
      refused: [{ id: idOf(8), detail: expect.stringContaining('altered') }],
    });
    expect((await createBackupRepository(there).list(environment)).good).toEqual([]);
  });

  test('whose content is damaged on the way is found out before it is listed', async () => {
    await publishExample(createBackupRepository(here), 8);
    const damaging = {
      ...there.store,
      put: (...[key, body, options]: Parameters<typeof there.store.put>) =>
        there.store.put(key, key.startsWith('pieces/') ? flip(body) : body, options),
    };
    const copied = createBackupCopier(here, { ...there, store: damaging }).copy({ environment });
    await expect(copied).rejects.toMatchObject({ code: 'CONTENT_ALTERED' });
    expect((await createBackupRepository(there).list(environment)).good).toEqual([]);
  });
});
