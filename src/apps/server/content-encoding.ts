import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib';

export type ContentEncoding = 'zstd' | 'br' | 'gzip';

/** Below this, packing costs more than it saves. */
export const leastBytes = 4 * 1_024;

const asZstd = promisify(zstdCompress);
const asBrotli = promisify(brotliCompress);
const asGzip = promisify(gzip);

/** The fastest first, each at the effort at which packing and sending together take least: answers are made anew each time. */
const packers: Readonly<Record<ContentEncoding, (bytes: Buffer) => Promise<Buffer>>> = {
  zstd: (bytes) => asZstd(bytes),
  br: (bytes) => asBrotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  gzip: (bytes) => asGzip(bytes, { level: 1 }),
};

/** The way of packing that the client takes (RFC 9110, 12.5.3); `undefined` where it takes none of ours. */
export function encodingFor(accepted: string | undefined): ContentEncoding | undefined {
  const qualities = new Map(
    (accepted ?? '').split(',').map((each) => {
      const [name = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((part) => part.startsWith('q='))?.slice(2);
      return [name, quality === undefined ? 1 : Number(quality)] as const;
    }),
  );
  const takes = (name: string): boolean => (qualities.get(name) ?? qualities.get('*') ?? 0) > 0;
  return (Object.keys(packers) as ContentEncoding[]).find(takes);
}

/** The bytes in one of the ways, with all the effort that pays for what is packed once and sent often. */
export const packOnce: Readonly<Record<ContentEncoding, (bytes: Buffer) => Promise<Buffer>>> = {
  zstd: (bytes) => asZstd(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 15 } }),
  br: (bytes) => asBrotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes) => asGzip(bytes, { level: 9 }),
};

/** The text as it goes over the wire, and the headers that say how it is packed. Throws nothing of its own. */
export async function packed(
  text: string,
  accepted: string | undefined,
): Promise<{ readonly body: string | Uint8Array<ArrayBuffer>; readonly headers: Readonly<Record<string, string>> }> {
  const headers = { vary: 'accept-encoding' };
  const encoding = encodingFor(accepted);
  if (encoding === undefined || text.length < leastBytes) return { body: text, headers };
  const bytes = await packers[encoding](Buffer.from(text));
  return { body: new Uint8Array(bytes), headers: { ...headers, 'content-encoding': encoding } };
}
