import { expect, test } from 'vitest';
import { readInfo } from './info.ts';

const ok = { code: 0, message: 'ok' };
const stanza = (more: object) => ({ name: 'acme', archive: [], backup: [], db: [], ...more });

test('what pgBackRest could not read is no empty repository, though it exits with 0', () => {
  const trouble = { code: 99, message: '[CryptoError] unable to flush:\n\u0007\uFFFD' };
  const other = { code: 99, message: 'other' };
  for (const said of [
    stanza({ status: other, repo: [{ status: trouble }] }),
    { ...stanza({ status: other, repo: [{ status: trouble }] }), name: '[invalid]' },
  ]) {
    expect(() => readInfo(JSON.stringify([said]), 'acme')).toThrow(
      expect.objectContaining({
        code: 'REPOSITORY_UNREACHABLE',
        message: 'pgBackRest cannot read its repository: [CryptoError] unable to flush.',
      }),
    );
  }
});

test('a stanza that is not there, or has no backup yet, is empty', () => {
  const missing = { code: 1, message: 'missing stanza path' };
  for (const said of [[], [stanza({ status: missing, repo: [{ status: missing }] })], [stanza({ status: ok })]]) {
    expect(readInfo(JSON.stringify(said), 'acme').points).toEqual([]);
  }
  const anothers = stanza({ name: 'other', status: { code: 99, message: 'other' } });
  expect(readInfo(JSON.stringify([anothers]), 'acme').points).toEqual([]);
});
