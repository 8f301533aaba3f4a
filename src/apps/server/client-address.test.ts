import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientAddress, createTrust } from './client-address.ts';

const trust = createTrust(['10.0.0.0/8', 'fd00::/8', '192.0.2.7']);
const spoofed = '203.0.113.9';

describe('who asks', () => {
  test.each([
    ['198.51.100.7', null, '198.51.100.7'],
    ['198.51.100.7', spoofed, '198.51.100.7'],
    ['10.1.2.3', '198.51.100.7', '198.51.100.7'],
    ['::ffff:10.1.2.3', '198.51.100.7', '198.51.100.7'],
    ['10.1.2.3', `${spoofed}, 198.51.100.7`, '198.51.100.7'],
    ['10.1.2.3', `${spoofed}, 198.51.100.7, 192.0.2.7`, '198.51.100.7'],
    ['10.1.2.3', '198.51.100.7:4711', '198.51.100.7'],
    ['fd00::1', '[2001:db8::5]:443', '2001:db8::5'],
    ['10.1.2.3', '', '10.1.2.3'],
    ['10.1.2.3', 'unknown', '10.1.2.3'],
    ['10.1.2.3', `${spoofed}, unknown`, '10.1.2.3'],
    ['10.1.2.3', '10.9.9.9', '10.9.9.9'],
    [undefined, spoofed, undefined],
  ])('%s with %j is %s', (peer, forwarded, expected) => {
    expect(clientAddress(peer, forwarded, trust)).toBe(expected);
  });

  test('nothing that a client writes in front changes what is believed', () => {
    const hop = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 12 }));
    fc.assert(
      fc.property(fc.array(hop, { maxLength: 5 }), fc.ipV4(), (written, own) => {
        fc.pre(!trust(own));
        const seen = clientAddress('10.0.0.1', [...written, own].join(', '), trust);
        expect(seen).toBe(own);
        expect(clientAddress(own, written.join(', '), trust)).toBe(own);
      }),
    );
  });

  test('if every peer were trusted a client could claim any address', () => {
    expect(clientAddress('198.51.100.7', spoofed, () => true)).toBe(spoofed);
  });

  test.each(['10.0.0.0/33', '10.0.0/8', '0.0.0.0/0', '::/0', 'proxy.example', '10.0.0.0/8/8', 'fd00::/129', ''])(
    '%j is refused as a network',
    (network) => {
      expect(() => createTrust([network])).toThrow(/PLIMSOLL_TRUSTED_PROXIES/);
    },
  );
});
