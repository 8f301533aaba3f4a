import { beforeEach, describe, expect, test } from 'vitest';
import { describeClaims, describeCollection } from './backup-collection.contract.ts';
import {
  content,
  edit,
  environment,
  flip,
  idOf,
  keysOf,
  type PreparedRepository,
  publishExample,
} from './backup-repository.fixture.ts';

/** What every backup repository promises. */
export function describeBackupRepository(name: string, prepare: () => Promise<PreparedRepository>): void {
  describe(`the backup repository contract: ${name}`, () => {
    let prepared: PreparedRepository;
    beforeEach(async () => {
      prepared = await prepare();
    });
    describePieces(() => prepared);
    describeManifests(() => prepared);
    describeClaims(() => prepared);
    describeCollection(() => prepared);
  });
}

function describePieces(prepared: () => PreparedRepository): void {
  test('a piece is put once, named by what it is, and comes back proven', async () => {
    const repository = prepared().open();
    const plain = content();
    const first = await repository.putPiece(plain);
    expect(first.addedBytes).toBeGreaterThan(0);
    expect(await repository.putPiece(plain)).toEqual({ piece: first.piece, addedBytes: 0 });
    expect(await repository.readPiece(first.piece)).toEqual(plain);
    expect(await repository.checkPiece(first.piece)).toBe('intact');
    const listed = await Array.fromAsync(repository.listPieces());
    expect(listed.map(({ sha256 }) => sha256)).toEqual([first.piece.sha256]);
    expect(await Array.fromAsync(repository.pieceNames())).toEqual([first.piece.sha256]);
  });

  test('bytes are left alone unless they are given away, and what shares their buffer is then too', async () => {
    const repository = prepared().open();
    const [kept, given] = [content(), content()];
    const both = new Uint8Array([...content(), ...content()]);
    const [before, half] = [Uint8Array.from(kept), both.subarray(0, both.length / 2)];
    const expected = [kept, given, half].map((each) => Uint8Array.from(each));
    const rest = Uint8Array.from(both.subarray(half.length));
    const options = { isGivenAway: true };
    const puts = [
      await repository.putPiece(kept),
      await repository.putPiece(given, options),
      await repository.putPiece(half, options),
    ];
    expect(await Promise.all(puts.map(({ piece }) => repository.readPiece(piece)))).toEqual(expected);
    expect(kept).toEqual(before);
    expect(both.subarray(half.length)).toEqual(rest);
  });

  test('what is stored is not what was put: it is sealed', async () => {
    const repository = prepared().open();
    const plain = new TextEncoder().encode('a secret worth keeping '.repeat(20));
    const { piece } = await repository.putPiece(plain);
    for (const key of await keysOf(prepared().store, piece.sha256)) {
      expect(Buffer.from(await prepared().store.get(key)).includes('secret')).toBe(false);
    }
  });

  test('more than a piece is refused', async () => {
    const tooMuch = new Uint8Array(16 * 1024 * 1024 + 1);
    await expect(prepared().open().putPiece(tooMuch)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  test.each([
    ['missing', 'CONTENT_MISSING', () => undefined],
    ['unreadable', 'CONTENT_ALTERED', flip],
    ['unreadable', 'CONTENT_ALTERED', (body: Uint8Array) => body.subarray(0, body.length - 100)],
    ['unreadable', 'CONTENT_ALTERED', () => new Uint8Array(0)],
  ] as const)('a piece that is %s is said to be so, and reading it is %s', async (state, code, change) => {
    const repository = prepared().open();
    const { piece } = await repository.putPiece(content());
    await edit(prepared().store, piece.sha256, change);
    expect(await repository.checkPiece(piece)).toBe(state);
    await expect(repository.readPiece(piece)).rejects.toMatchObject({ code });
  });

  test("another's content under a piece's name is altered, though its seal holds", async () => {
    const repository = prepared().open();
    const { piece } = await repository.putPiece(content());
    const other = (await repository.putPiece(content())).piece;
    const [otherKey = ''] = await keysOf(prepared().store, other.sha256);
    const body = await prepared().store.get(otherKey);
    await edit(prepared().store, piece.sha256, () => body);
    expect(await repository.checkPiece(piece)).toBe('altered');
    await expect(repository.readPiece(piece)).rejects.toMatchObject({ code: 'CONTENT_ALTERED' });
  });

  test('with the wrong key it is the key that is named wrong', async () => {
    const { piece } = await prepared().open().putPiece(content());
    const stranger = prepared().open({ keys: "another's" });
    expect(await stranger.checkPiece(piece)).toBe('wrong-key');
    await expect(stranger.readPiece(piece)).rejects.toMatchObject({ code: 'SEAL_WRONG_KEY' });
  });
}

function describeManifests(prepared: () => PreparedRepository): void {
  test('an empty repository has no backups', async () => {
    const repository = prepared().open();
    expect(await repository.list(environment)).toEqual({ good: [], bad: [] });
    expect(await repository.environments()).toEqual([]);
    await expect(repository.read(environment, idOf(8))).rejects.toMatchObject({ code: 'BACKUP_UNKNOWN' });
  });

  test('backups are listed oldest first, signed, as they were published', async () => {
    const repository = prepared().open();
    const late = await publishExample(repository, 9);
    const early = await publishExample(repository, 8);
    const { good, bad } = await prepared().open().list(environment);
    expect(bad).toEqual([]);
    expect(good.map(({ manifest }) => manifest)).toEqual([early.manifest, late.manifest]);
    expect(good[0]?.signedBy).toMatch(/^ed25519-[0-9a-f]{16}$/);
    expect(await repository.environments()).toEqual([environment]);
    expect((await repository.read(environment, idOf(9))).manifest).toEqual(late.manifest);
  });

  test('publishing the same again changes nothing; another backup of that id is refused', async () => {
    const repository = prepared().open();
    const { manifest, pieces } = await publishExample(repository);
    const names = pieces.map(({ sha256 }) => sha256);
    await repository.publish(manifest, names);
    const other = { ...manifest, writtenBy: 'another' };
    await expect(repository.publish(other, names)).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
    expect((await repository.list(environment)).good).toHaveLength(1);
  });

  test('a backup that names what is not there is not published', async () => {
    const repository = prepared().open();
    const { manifest } = await publishExample(repository);
    const next = { ...manifest, id: idOf(9) };
    await expect(repository.publish(next, ['e'.repeat(64)])).rejects.toMatchObject({ code: 'CONTENT_MISSING' });
    expect((await repository.list(environment)).good).toHaveLength(1);
    expect((await repository.list(environment)).bad).toEqual([]);
  });

  test.each([
    ['unsigned', '.sig', () => undefined],
    ['altered', '.sig', flip],
    [
      'altered',
      'manifest.json',
      (body: Uint8Array) => Buffer.from(Buffer.from(body).toString().replace('northsea', 'southsea')),
    ],
    ['altered', 'manifest.json', (body: Uint8Array) => body.subarray(0, 40)],
  ] as const)('a manifest that is %s (%s) is bad and not read', async (reason, ending, change) => {
    const repository = prepared().open();
    await publishExample(repository);
    await edit(prepared().store, ending, change);
    expect(await repository.list(environment)).toMatchObject({ good: [], bad: [{ id: idOf(8), reason }] });
    await expect(repository.read(environment, idOf(8))).rejects.toMatchObject({ code: 'MANIFEST_UNTRUSTED' });
  });

  test('a manifest that was edited and signed again by another key is of an untrusted signer', async () => {
    await publishExample(prepared().open({ keys: "another's" }));
    const { good, bad } = await prepared().open().list(environment);
    expect(good).toEqual([]);
    expect(bad).toMatchObject([{ id: idOf(8), reason: 'untrusted-signer' }]);
    expect((await prepared().open({ trustsAlso: "another's" }).list(environment)).good).toHaveLength(1);
  });

  test("a manifest put in another backup's place is altered", async () => {
    const repository = prepared().open();
    await publishExample(repository, 8);
    for (const key of await keysOf(prepared().store, '')) {
      if (!key.startsWith('backups/')) continue;
      await prepared().store.put(key.replace(idOf(8), idOf(9)), await prepared().store.get(key));
    }
    expect(await repository.list(environment)).toMatchObject({
      good: [{ manifest: { id: idOf(8) } }],
      bad: [{ id: idOf(9), reason: 'altered' }],
    });
  });

  test('a backup whose manifest was not written yet is no backup', async () => {
    const repository = prepared().open();
    await publishExample(repository);
    await edit(prepared().store, 'manifest.json', () => undefined);
    expect(await repository.list(environment)).toEqual({ good: [], bad: [] });
  });
}
