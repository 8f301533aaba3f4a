import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const usedByKey = new Map<string, Set<string>>();

/** A code that counts at the instant and was not given out before: each counts once. At most three are to be had at a time. */
export function unusedCode(key: string, at: Temporal.Instant): string {
  const used = usedByKey.get(key) ?? new Set();
  usedByKey.set(key, used);
  const codes = [0, 30, -30].map((seconds) => timeBasedCode(key, at.add({ seconds })));
  const code = codes.find((each) => !used.has(each));
  if (code === undefined) throw new Error('every code that counts now was used; wait half a minute');
  used.add(code);
  return code;
}

/** The six digits that an authenticator app shows for the base32 key at the instant (RFC 6238, SHA-1, 30 seconds). */
export function timeBasedCode(key: string, at: Temporal.Instant): string {
  const bits = [...key].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at.epochMilliseconds / 30_000)));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
