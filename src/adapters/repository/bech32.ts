const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;

function checksumOf(values: readonly number[]): number {
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    generators.forEach((generator, bit) => {
      if ((top >>> bit) & 1) check ^= generator;
    });
  }
  return check >>> 0;
}

const expand = (prefix: string): readonly number[] => {
  const codes = [...prefix].map((letter) => letter.charCodeAt(0));
  return [...codes.map((code) => code >>> 5), 0, ...codes.map((code) => code & 31)];
};

/** Reads Bech32 (BIP 173) without its length limit, as age writes its keys; `undefined` where it is none. */
export function decodeBech32(text: string): { readonly prefix: string; readonly bytes: Uint8Array } | undefined {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return undefined;
  const split = lower.lastIndexOf('1');
  const values = [...lower.slice(split + 1)].map((letter) => alphabet.indexOf(letter));
  const prefix = lower.slice(0, split);
  if (split < 1 || values.length < 6 || values.includes(-1)) return undefined;
  if (checksumOf([...expand(prefix), ...values]) !== 1) return undefined;
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const value of values.slice(0, -6)) {
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >>> bits) & 0xff);
  }
  // Left-over bits are padding: fewer than five, and zero.
  return bits >= 5 || (held & ((1 << bits) - 1)) !== 0 ? undefined : { prefix, bytes: Uint8Array.from(bytes) };
}
