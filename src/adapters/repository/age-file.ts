import { Decrypter, Encrypter, type Identity, type Recipient, Stanza } from 'age-encryption';
import { openPayload, sealPayload } from './age-stream.ts';
import { createX25519Identity, createX25519Recipient } from './age-x25519.ts';

// An age file of which the library writes and proves the header, and Node's own ciphers do the work of many bytes.

/** What the library puts behind the header of a file without content: a nonce and the tag of an empty chunk. */
const emptyPayloadBytes = 32;
const endOfHeader = Buffer.from('\n--- ');

const recipients = new Map<string, string | Recipient>();
const identities = new Map<string, string | Identity>();

/** `age1…` of other kinds (post-quantum, plugins) are the library's alone. */
const isX25519Recipient = /^age1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}$/;

function once<Made>(made: Map<string, Made>, text: string, make: (text: string) => Made): Made {
  const known = made.get(text) ?? make(text);
  made.set(text, known);
  return known;
}

const recipientOf = (text: string) =>
  once(recipients, text, (key) => (isX25519Recipient.test(key) ? createX25519Recipient(key) : key));
const identityOf = (text: string) =>
  once(identities, text, (key) => (key.startsWith('AGE-SECRET-KEY-1') ? createX25519Identity(key) : key));

/** Seals to every recipient, with a file key of its own. `remark` is a stanza that other programs skip. */
export async function sealFile(plain: Uint8Array, remark: readonly string[], to: readonly string[]) {
  const encrypter = new Encrypter();
  let fileKey = new Uint8Array(0);
  encrypter.addRecipient({
    wrapFileKey: (drawn) => {
      fileKey = Uint8Array.from(drawn);
      return [new Stanza([...remark], new Uint8Array(0))];
    },
  });
  for (const recipient of to) encrypter.addRecipient(recipientOf(recipient));
  const empty = await encrypter.encrypt(new Uint8Array(0));
  return sealPayload(empty.subarray(0, -emptyPayloadBytes), fileKey, plain);
}

/** Opens a file by the first identity that it is sealed to; `reader` sees the header's stanzas before. */
export async function openFile(sealed: Uint8Array, reader: Identity, by: readonly string[]): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(reader);
  for (const identity of by) decrypter.addIdentity(identityOf(identity));
  const file = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const mac = file.indexOf(endOfHeader);
  const end = mac === -1 ? -1 : file.indexOf('\n', mac + endOfHeader.length);
  if (end === -1) throw new Error('the header is cut off');
  const fileKey = await decrypter.decryptHeader(file.subarray(0, end + 1));
  return openPayload(fileKey, file.subarray(end + 1));
}
