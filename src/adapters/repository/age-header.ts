import { createHmac, diffieHellman, generateKeyPairSync, hkdfSync, timingSafeEqual } from 'node:crypto';
import { type AgeIdentity, type AgeRecipient, publicKeyOf, rawPublicKey } from './age-keys.ts';
import { openChunk, sealChunk } from './age-payload.ts';

/** What the header of an age file says. */
export interface AgeHeader {
  /** Where the payload begins. */
  readonly length: number;
  readonly stanzas: readonly { readonly args: readonly string[]; readonly body: Uint8Array }[];
  /** Ids of the keys that the file says it is sealed to: our own remark, which other programs skip. */
  readonly keyIds: readonly string[];
  readonly authenticated: Uint8Array;
  readonly mac: Uint8Array;
}

const firstLine = 'age-encryption.org/v1';
const keyIdsStanza = 'plimsoll-keys';
const longestHeader = 64 * 1024;
const x25519Label = 'age-encryption.org/v1/X25519';

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '');

function fromBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  if (toBase64(bytes) !== text) throw new Error('the header is not canonical base64');
  return bytes;
}

const derive = (secret: Uint8Array, salt: Uint8Array, label: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, salt, label, 32));

const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const zeroNonce = new Uint8Array(12);

function stanzaFor(recipient: AgeRecipient, fileKey: Uint8Array): string {
  const ephemeral = generateKeyPairSync('x25519');
  const share = rawPublicKey(ephemeral.publicKey);
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient.publicKey });
  const wrapping = derive(shared, join(share, rawPublicKey(recipient.publicKey)), x25519Label);
  return `-> X25519 ${toBase64(share)}\n${toBase64(sealChunk(wrapping, zeroNonce, fileKey))}\n`;
}

const macOf = (fileKey: Uint8Array, text: Uint8Array): Uint8Array =>
  new Uint8Array(
    createHmac('sha256', derive(fileKey, new Uint8Array(0), 'header'))
      .update(text)
      .digest(),
  );

/** The header that lets each of the recipients find the file key. */
export function formatHeader(recipients: readonly AgeRecipient[], fileKey: Uint8Array): Uint8Array {
  const ids = `-> ${keyIdsStanza} ${recipients.map((recipient) => recipient.id).join(' ')}\n\n`;
  const stanzas = recipients.map((recipient) => stanzaFor(recipient, fileKey)).join('');
  const text = Buffer.from(`${firstLine}\n${ids}${stanzas}---`);
  return new Uint8Array(Buffer.concat([text, Buffer.from(` ${toBase64(macOf(fileKey, text))}\n`)]));
}

/** Reads a header. Throws a plain error, with what is wrong, for bytes that are no age file. */
export function parseHeader(sealed: Uint8Array): AgeHeader {
  const text = Buffer.from(sealed.buffer, sealed.byteOffset, Math.min(sealed.byteLength, longestHeader)).toString(
    'latin1',
  );
  if (!text.startsWith(`${firstLine}\n`)) throw new Error('it does not begin as a sealed file');
  const end = text.indexOf('\n--- ');
  const close = end < 0 ? -1 : text.indexOf('\n', end + 5);
  if (close < 0) throw new Error('its header is cut off');
  const stanzas: { args: string[]; body: string }[] = [];
  for (const line of text.slice(firstLine.length + 1, end).split('\n')) {
    if (line.startsWith('-> ')) stanzas.push({ args: line.slice(3).split(' '), body: '' });
    else {
      const last = stanzas.at(-1);
      if (last === undefined) throw new Error('its header is not in order');
      last.body += line;
    }
  }
  return {
    length: close + 1,
    stanzas: stanzas.map(({ args, body }) => ({ args, body: fromBase64(body) })),
    keyIds: stanzas.find((stanza) => stanza.args[0] === keyIdsStanza)?.args.slice(1) ?? [],
    authenticated: sealed.subarray(0, end + 4),
    mac: fromBase64(text.slice(end + 5, close)),
  };
}

function unwrap(header: AgeHeader, identity: AgeIdentity): Uint8Array | undefined {
  for (const { args, body } of header.stanzas) {
    const [kind, encoded] = args;
    if (kind !== 'X25519' || encoded === undefined || body.length !== 32) continue;
    try {
      const share = fromBase64(encoded);
      const shared = diffieHellman({ privateKey: identity.privateKey, publicKey: publicKeyOf(share) });
      return openChunk(derive(shared, join(share, identity.publicBytes), x25519Label), zeroNonce, body);
    } catch {
      // Another recipient's stanza.
    }
  }
  return undefined;
}

/** The file key, where one of the identities opens the header; `undefined` where none does. Throws where its seal is broken. */
export function findFileKey(header: AgeHeader, identities: readonly AgeIdentity[]): Uint8Array | undefined {
  for (const identity of identities) {
    const fileKey = unwrap(header, identity);
    if (fileKey === undefined) continue;
    const expected = macOf(fileKey, header.authenticated);
    if (expected.length !== header.mac.length || !timingSafeEqual(expected, header.mac)) {
      throw new Error('its header was changed after it was sealed');
    }
    return fileKey;
  }
  return undefined;
}
