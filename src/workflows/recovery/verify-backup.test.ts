import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeWorld, nameOf } from '../../../test/recovery/world.ts';
import { Fault, type FaultCode } from '../../core/kernel/index.ts';
import { parseIndexLine } from '../../core/recovery/index.ts';
import { backUp } from './back-up.ts';
import { readLines, readStored } from './read-content.ts';
import { verifyBackup } from './verify-backup.ts';

const backup = '20261121T084512Z-logical-000001';

async function backedUp() {
  const world = await makeWorld();
  const manifest = await backUp(world.deps, world.request(backup));
  const verify = (deps = world.deps) => verifyBackup(deps, { environment: 'acme-prod', backup, report: () => {} });
  const pieceOf = async (content: string): Promise<string> => {
    for await (const line of readLines(readStored(world.repository, manifest.filestore.index))) {
      if (line.startsWith(nameOf(content).slice(3))) return parseIndexLine(line)?.pieces[0]?.sha256 ?? '';
    }
    throw new Error(`${content} is not in the index`);
  };
  const keyOf = (sha256: string): string =>
    [...world.repository.objects.keys()].find((key) => key.startsWith('pieces/') && key.includes(sha256)) ?? '';
  return { ...world, manifest, verify, pieceOf, keyOf };
}

describe('a check of content without restoring', () => {
  test('finds nothing wrong with a good backup, and reads all of it', async () => {
    const { verify, manifest, openSpools } = await backedUp();
    const report = await verify();
    expect(report).toMatchObject({ isIntact: true, problems: [], problemCount: 0 });
    const dump = manifest.database.method === 'logical' ? manifest.database.files.length : 0;
    expect(report.files).toBe(dump + manifest.filestore.files + manifest.configuration.length + 1);
    expect(openSpools()).toBe(0);
  });

  test('finds a list of integrations that says what the documents beside it do not (BKP-01)', async () => {
    const world = await makeWorld();
    const around = await world.deps.surroundings();
    const stale = async () => ({ ...around, integrations: around.integrations.slice(1) });
    await backUp({ ...world.deps, surroundings: stale }, world.request(backup));
    const report = await verifyBackup(world.deps, { environment: 'acme-prod', backup, report: () => {} });
    expect(report.problems).toMatchObject([
      { what: 'configuration', name: 'integrations', detail: 'The list of integrations leaves out dhl.' },
    ]);
  });

  test('raises no false alarm over fifty good backups of databases and filestores of all kinds (BKP-08)', async () => {
    // Files that the database names, files that nobody names, names whose file was lost before, and a second backup on top.
    const files = fc.uniqueArray(fc.string({ maxLength: 4_000, size: 'max' }), { maxLength: 30 });
    const kinds = fc.record({ files, lost: fc.uniqueArray(fc.string(), { maxLength: 3 }), added: files });
    let good = 0;
    await fc.assert(
      fc.asyncProperty(kinds, fc.nat(), async (kind, unnamed) => {
        const world = await makeWorld();
        world.made.files.clear();
        for (const content of kind.files) world.made.files.set(nameOf(content), content);
        const named = kind.files.filter((_, at) => at !== unnamed % Math.max(1, kind.files.length));
        world.made.attachments = () => [...new Set([...named, ...kind.lost].map(nameOf))];
        await backUp(world.deps, world.request(backup));
        for (const content of kind.added) world.made.files.set(nameOf(content), content);
        world.made.attachments = () => [...new Set([...named, ...kind.added].map(nameOf))];
        const next = '20261121T094512Z-logical-000002';
        await backUp(world.deps, world.request(next));
        for (const id of [backup, next]) {
          const report = await verifyBackup(world.deps, { environment: 'acme-prod', backup: id, report: () => {} });
          expect(report).toMatchObject({ isIntact: true, problems: [], problemCount: 0 });
          good += 1;
        }
      }),
      { numRuns: 30 },
    );
    expect(good).toBeGreaterThanOrEqual(50);
  });

  test('names a file of the filestore that is gone, with the attachments that use it', async () => {
    const { verify, repository, pieceOf, keyOf, deps } = await backedUp();
    repository.objects.delete(keyOf(await pieceOf('two')));
    const attachments = [
      { id: 7, name: 'Invoice', model: 'account.move', record: 3, file: nameOf('two') },
      { id: 8, name: 'Fine', model: null, record: null, file: nameOf('one') },
    ];
    const inspector = {
      ...deps.inspector,
      attachments: async (_directory: string, isWanted: (file: string) => boolean) =>
        attachments.filter(({ file }) => isWanted(file)),
    };
    const report = await verify({ ...deps, inspector });
    expect(report.isIntact).toBe(false);
    expect(report.problems).toMatchObject([
      {
        what: 'filestore',
        name: nameOf('two'),
        state: 'missing',
        attachments: [{ id: 7, name: 'Invoice', model: 'account.move', record: 3 }],
      },
    ]);
  });

  test('names content that was altered, in the dump and in the filestore', async () => {
    const { verify, repository, pieceOf, keyOf, manifest } = await backedUp();
    const users = manifest.database.method === 'logical' ? manifest.database.files[2] : undefined;
    for (const key of [keyOf(await pieceOf('one')), keyOf(users?.pieces[0]?.sha256 ?? '')]) {
      const object = repository.objects.get(key);
      if (object === undefined) throw new Error(`there is no ${key}`);
      const body = Buffer.from(object.body);
      body[body.length - 1] = (body[body.length - 1] ?? 0) ^ 1;
      repository.objects.set(key, { ...object, body });
    }
    const report = await verify();
    expect(report.problems.map(({ what, name, state }) => [what, name, state])).toEqual([
      ['dump', users?.path, 'altered'],
      ['filestore', nameOf('one'), 'altered'],
    ]);
  });

  test('finds a database that names a file which the filestore does not have (BKP-08)', async () => {
    const { verify, deps } = await backedUp();
    const stranger = { id: 9, name: 'From another time', model: 'sale.order', record: 4, file: nameOf('another time') };
    const inspector = {
      ...deps.inspector,
      attachments: async (_directory: string, isWanted: (file: string) => boolean) =>
        [stranger].filter(({ file }) => isWanted(file)),
    };
    const report = await verify({ ...deps, inspector });
    expect(report.problems).toMatchObject([{ state: 'missing', name: stranger.file, attachments: [{ id: 9 }] }]);
  });

  test('calls a dump unreadable where pg_restore says so, and not where it could not say', async () => {
    const { verify, deps } = await backedUp();
    const failing = (code: FaultCode) => ({
      ...deps,
      inspector: { ...deps.inspector, tables: () => Promise.reject(new Fault(code, 'no table of contents')) },
    });
    const { problems } = await verify(failing('CONTENT_ALTERED'));
    expect(problems).toContainEqual(expect.objectContaining({ name: 'toc.dat', state: 'unreadable' }));
    for (const code of ['COMMAND_FAILED', 'DEADLINE_EXCEEDED', 'PLATFORM_UNSUPPORTED'] as const) {
      await expect(verify(failing(code))).rejects.toMatchObject({ code });
    }
  });

  test('finds an empty dump, whatever its program had said', async () => {
    const { verify, deps } = await backedUp();
    const report = await verify({ ...deps, inspector: { ...deps.inspector, tables: async () => [] } });
    expect(report.problems).toMatchObject([{ what: 'dump', state: 'incomplete' }]);
  });

  test('believes no manifest that was edited', async () => {
    const { verify, repository } = await backedUp();
    const key = [...repository.objects.keys()].find((each) => each.endsWith('/manifest.json')) ?? '';
    const object = repository.objects.get(key);
    if (object === undefined) throw new Error('there is no manifest');
    const text = new TextDecoder().decode(object.body).replace('"rows":3', '"rows":4');
    repository.objects.set(key, { ...object, body: new TextEncoder().encode(text) });
    expect(await verify()).toMatchObject({ isIntact: false, signedBy: null, problems: [{ what: 'manifest' }] });
  });
});
