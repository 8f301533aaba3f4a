import { createHash, randomBytes } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { Decrypter, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createSecret } from '../../core/kernel/index.ts';
import { readIdentities, readRecipient } from './age-keys.ts';
import { seal, unseal } from './seal.ts';

const most = { mostBytes: 16 * 1024 * 1024 };
const key = async () => {
  const text = await generateIdentity();
  const recipient = await identityToRecipient(text);
  return { text, recipient: readRecipient(recipient), identities: readIdentities(createSecret('test', text)) };
};
let ours: Awaited<ReturnType<typeof key>>;
let other: Awaited<ReturnType<typeof key>>;

beforeAll(async () => {
  [ours, other] = await Promise.all([key(), key()]);
});

/** Lengths around the borders of the 64 KiB chunks, after compression (random bytes do not shrink). */
const lengths = [0, 1, 65_522, 65_523, 65_535, 65_536, 65_537, 131_059, 131_072, 200_000];

describe('the sealed form is age over zstd', () => {
  test.each(lengths)('%d bytes: the age library opens what we seal, and we open what it seals', async (length) => {
    const plain = new Uint8Array(randomBytes(length));
    const decrypter = new Decrypter();
    decrypter.addIdentity(ours.text);
    const packed = await decrypter.decrypt(await seal(plain, [other.recipient, ours.recipient]));
    expect(Buffer.compare(zstdDecompressSync(packed), plain)).toBe(0);
    const encrypter = new Encrypter();
    encrypter.addRecipient(ours.recipient.text);
    const theirs = await encrypter.encrypt(new Uint8Array(zstdCompressSync(plain)));
    for (const bytes of [undefined, length]) {
      const opened = await unseal(Uint8Array.from(theirs), ours.identities, { ...most, bytes });
      expect('plain' in opened && Buffer.compare(opened.plain, plain)).toBe(0);
      expect(opened).toMatchObject({ sha256: createHash('sha256').update(plain).digest('hex') });
    }
  });

  test('every recipient opens it, and several identities are tried', async () => {
    const sealed = await seal(Buffer.from('content'), [ours.recipient, other.recipient]);
    for (const identities of [ours.identities, other.identities, [...other.identities, ...ours.identities]]) {
      const opened = await unseal(Uint8Array.from(sealed), identities, most);
      expect(opened).toMatchObject({ plain: new Uint8Array(Buffer.from('content')) });
    }
  });

  test('nothing is sealed to nobody', async () => {
    await expect(seal(Buffer.from('content'), [])).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });
});

describe('what cannot be opened says why', () => {
  test('another key is named as the one that is needed', async () => {
    const sealed = await seal(Buffer.from('content'), [ours.recipient]);
    expect(await unseal(sealed, other.identities, most)).toEqual({
      reason: 'wrong-key',
      detail: `it is sealed to ${ours.recipient.id}`,
    });
  });

  test('any changed bit is found, and is not mistaken for a wrong key unless it changed the name of the key', async () => {
    const sealed = await seal(randomBytes(300), [ours.recipient]);
    const names = Buffer.from(sealed).indexOf(ours.recipient.id);
    const isName = (at: number): boolean => at >= names - 17 && at < names + ours.recipient.id.length + 1;
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.nat(7), async (at, bit) => {
        const broken = Uint8Array.from(sealed);
        broken[at] = (broken[at] ?? 0) ^ (1 << bit);
        const opened = await unseal(broken, ours.identities, most);
        expect(opened).toHaveProperty('reason');
        if (!isName(at)) expect(opened).toMatchObject({ reason: 'unreadable' });
      }),
    );
  });

  test('every cut is found', async () => {
    const sealed = await seal(randomBytes(300), [ours.recipient]);
    for (let length = 0; length < sealed.length; length += 1) {
      expect(await unseal(sealed.subarray(0, length), ours.identities, most)).toMatchObject({ reason: 'unreadable' });
    }
  });

  test('more than a piece may hold is not unpacked', async () => {
    const sealed = await seal(new Uint8Array(100_000), [ours.recipient]);
    expect(await unseal(sealed, ours.identities, { mostBytes: 99_999 })).toMatchObject({
      detail: 'it holds more than 97.7 KiB',
    });
  });
});

test('an identity file may hold comments and several keys, and a wrong one is never shown', async () => {
  const identities = readIdentities(createSecret('file', `# made today\n${ours.text}\n\n${other.text}\n`));
  expect(identities.map((each) => each.reveal())).toEqual([ours.text, other.text]);
  const broken = `${ours.text.slice(0, -1)}${ours.text.endsWith('Q') ? 'P' : 'Q'}`;
  expect(() => readIdentities(createSecret('file', broken))).toThrow(/^file does not hold an age identity/);
});
