import { BlockList, isIP } from 'node:net';
import { Fault } from '../../core/kernel/index.ts';

/** IPv4 inside IPv6, as a socket that listens on both gives it, is IPv4; a port or brackets are no part of an address. */
function plain(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  return isIP(bare) === 0 ? undefined : bare;
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Reads a list of addresses and networks; answers whether an address is in it. Throws SETTING_INVALID naming the one that is wrong. */
export function createTrust(networks: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList();
  for (const network of networks) {
    const [given = '', bits, ...more] = network.split('/');
    const address = plain(given);
    const most = address === undefined ? 0 : isIP(address) === 6 ? 128 : 32;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (address === undefined || address !== given || more.length > 0 || !(prefix >= 1 && prefix <= most)) {
      throw new Fault(
        'SETTING_INVALID',
        `PLIMSOLL_TRUSTED_PROXIES: ${JSON.stringify(network)} is no network such as 10.0.0.0/8 or fd00::/8.`,
      );
    }
    trusted.addSubnet(address, prefix, familyOf(address));
  }
  return (address) => trusted.check(address, familyOf(address));
}

/**
 * Who asks, as far as it can be believed: the other end of the connection, and behind a trusted proxy the nearest
 * address in `X-Forwarded-For` that is no trusted proxy itself. What stands further left was sent by the client.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | null,
  isTrusted: (address: string) => boolean,
): string | undefined {
  let client = peer === undefined ? undefined : plain(peer);
  const hops = forwardedFor === null ? [] : forwardedFor.split(',');
  while (client !== undefined && hops.length > 0 && isTrusted(client)) {
    const next = plain(hops.pop() ?? '');
    if (next === undefined) break;
    client = next;
  }
  return client;
}
