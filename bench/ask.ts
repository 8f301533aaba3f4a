import { Agent, get } from 'node:http';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';

const agent = new Agent({ keepAlive: true });
const unpack: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  zstd: zstdDecompressSync,
  br: brotliDecompressSync,
  gzip: gunzipSync,
};

export interface Answer {
  readonly bytes: number;
  readonly bytesOnTheWire: number;
}

/**
 * Asks as the portal's browser does: what it says it takes, one connection, the answer unpacked at once. Node's `fetch` hands
 * out what it unpacks in a hundred small pieces, which no browser does. Throws what fails, and every status but 200.
 */
export async function ask(url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const sent = Buffer.concat(parts);
        if (response.statusCode !== 200) return reject(new Error(`${url} answered ${response.statusCode}`));
        const whole = unpack[response.headers['content-encoding'] ?? '']?.(sent) ?? sent;
        resolve({ bytes: whole.byteLength, bytesOnTheWire: sent.byteLength });
      });
    }).on('error', reject);
  });
}
