import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filestoreName, formatIndexLine, parseIndexLine, pieceBytes, sha1OfName } from './index.ts';

const hex = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
const indexed = fc.tuple(hex(40), fc.integer({ min: 0, max: 5 * pieceBytes })).chain(([sha1, bytes]) => {
  const count = Math.ceil(bytes / pieceBytes);
  return fc.array(hex(64), { minLength: count, maxLength: count }).map((hashes) => ({
    sha1,
    bytes,
    pieces: hashes.map((sha256, at) => ({ sha256, bytes: Math.min(pieceBytes, bytes - at * pieceBytes) })),
  }));
});

describe('the index of a filestore', () => {
  test('every file reads back as it was written', () => {
    fc.assert(
      fc.property(indexed, (file) => {
        expect(parseIndexLine(formatIndexLine(file))).toEqual(file);
      }),
    );
  });

  test('a line that was cut, or whose pieces cannot hold its bytes, is none', () => {
    const sha1 = 'a'.repeat(40);
    const sha256 = 'b'.repeat(64);
    expect(parseIndexLine(`${sha1} 5 ${sha256}`)).toEqual({ sha1, bytes: 5, pieces: [{ sha256, bytes: 5 }] });
    for (const bad of [
      '',
      `${sha1} 5`,
      `${sha1} 5 ${sha256.slice(1)}`,
      `${sha1} 5 ${sha256},${sha256}`,
      `${sha1} 5 -`,
    ]) {
      expect(parseIndexLine(bad), bad).toBeUndefined();
    }
    expect(parseIndexLine(`${sha1} 0 -`)).toEqual({ sha1, bytes: 0, pieces: [] });
  });

  test("only Odoo's own form of a name is a name: no path can be made of it", () => {
    const sha1 = 'ab'.padEnd(40, '0');
    expect(sha1OfName(filestoreName(sha1))).toBe(sha1);
    for (const bad of [
      `cd/${sha1}`,
      sha1,
      `ab/../${sha1}`,
      `AB/${sha1.toUpperCase()}`,
      `ab/${sha1}/x`,
      'checklist/ab',
    ]) {
      expect(sha1OfName(bad), bad).toBeUndefined();
    }
  });
});
