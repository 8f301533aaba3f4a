import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalJson,
  chainEntry,
  emptyHead,
  type LedgerEntry,
  type LedgerValue,
  verifyChain,
  verifyHead,
} from './index.ts';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const at = Temporal.Instant.from('2026-11-21T06:00:00.123456789Z');

function chainOf(count: number): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    const draft = {
      actor: { kind: 'cli' as const, name: 'tester' },
      type: 'test.happened',
      subject: `s/${index}`,
      data: { index },
    };
    entries.push(chainEntry(entries.at(-1) ?? emptyHead, draft, at, sha256));
  }
  return entries;
}

describe('canonical JSON (RFC 8785)', () => {
  test('the example of RFC 8785, section 3.2.2, comes out as the RFC says', () => {
    const value = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
      "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    ) as LedgerValue;
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test('members sort by UTF-16 code units, as the example of RFC 8785, section 3.2.3', () => {
    const value = JSON.parse(
      String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
    ) as LedgerValue;
    const values = Object.values(JSON.parse(canonicalJson(value)) as Record<string, string>);
    expect(new Set(values).size).toBe(7);
    expect(canonicalJson(value)).toMatch(
      /Carriage Return.*One.*Control.*Latin Small.*Euro Sign.*Emoji.*Hebrew Letter/s,
    );
  });

  test('it does not depend on the order in which members were set, and says the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value as LedgerValue);
        const reversed = JSON.parse(text, (_, member: unknown) =>
          member !== null && typeof member === 'object' && !Array.isArray(member)
            ? Object.fromEntries(Object.entries(member).reverse())
            : member,
        ) as LedgerValue;
        expect(canonicalJson(reversed)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('a number that JSON cannot say is an error, not null', () => {
    expect(() => canonicalJson({ value: Number.NaN })).toThrow(RangeError);
  });
});

describe('the chain (SEC-07)', () => {
  test('its first entry has the hash that sha256sum gives for the documented text', () => {
    const [entry] = chainOf(1);
    // printf '%s' '<the text>' | sha256sum
    expect(entry?.hash).toBe(
      sha256(
        '{"actor":{"kind":"cli","name":"tester"},"at":"2026-11-21T06:00:00.123456Z","data":{"index":0},' +
          `"previousHash":"${'0'.repeat(64)}","sequence":1,"subject":"s/0","type":"test.happened"}`,
      ),
    );
  });

  test('an untouched chain verifies, whole or page by page', () => {
    const entries = chainOf(7);
    const whole = verifyChain(emptyHead, entries, sha256);
    const half = verifyChain(emptyHead, entries.slice(0, 3), sha256);
    expect(whole.isIntact && half.isIntact && verifyChain(half.head, entries.slice(3), sha256)).toEqual(whole);
  });

  const edits: readonly [string, (entry: LedgerEntry) => LedgerEntry][] = [
    ['data', (entry) => ({ ...entry, data: { index: 99 } })],
    ['actor', (entry) => ({ ...entry, actor: { kind: 'user', name: 'mallory' } })],
    ['time', (entry) => ({ ...entry, at: entry.at.add({ microseconds: 1 }) })],
    ['type', (entry) => ({ ...entry, type: 'other' })],
    ['subject', (entry) => ({ ...entry, subject: 'other' })],
  ];

  test.each(edits)('an edited %s is found, and the entry is named', (_, edit) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), (index) => {
        const entries = chainOf(10).map((entry, at) => (at === index ? edit(entry) : entry));
        expect(verifyChain(emptyHead, entries, sha256)).toMatchObject({ broken: { sequence: index + 1 } });
      }),
    );
  });

  test('an entry that was edited and hashed anew is found at the next one', () => {
    const entries = chainOf(5);
    const third = entries[2] as LedgerEntry;
    entries[2] = chainEntry(entries[1] as LedgerEntry, { ...third, data: { index: 99 } }, third.at, sha256);
    expect(verifyChain(emptyHead, entries, sha256)).toMatchObject({ broken: { sequence: 4 } });
  });

  test('removed, repeated and reordered entries are found at the first place that is wrong', () => {
    const entries = chainOf(6);
    const [a, b, c, d, e, f] = entries as [
      LedgerEntry,
      LedgerEntry,
      LedgerEntry,
      LedgerEntry,
      LedgerEntry,
      LedgerEntry,
    ];
    expect(verifyChain(emptyHead, [a, b, d, e, f], sha256)).toMatchObject({ broken: { sequence: 3 } });
    expect(verifyChain(emptyHead, [b, c], sha256)).toMatchObject({ broken: { sequence: 1 } });
    expect(verifyChain(emptyHead, [a, b, b, c], sha256)).toMatchObject({ broken: { sequence: 3 } });
    expect(verifyChain(emptyHead, [a, c, b, d], sha256)).toMatchObject({ broken: { sequence: 2 } });
  });

  test('entries cut off the end are missed by the head that is kept beside the chain', () => {
    const entries = chainOf(6);
    const last = entries[5] as LedgerEntry;
    const cut = verifyChain(emptyHead, entries.slice(0, 4), sha256);
    expect(cut.isIntact && verifyHead(cut.head, { sequence: 6, hash: last.hash })).toMatchObject({ sequence: 5 });
  });
});
