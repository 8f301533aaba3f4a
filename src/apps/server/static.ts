import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** The file inside the directory that a path names; `undefined` for anything that points outside it. */
export function insideOf(directory: string, path: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0')) return undefined;
  const root = normalize(directory + sep);
  const file = normalize(join(root, decoded));
  return file.startsWith(root) ? file : undefined;
}

async function fileResponse(file: string, isImmutable: boolean): Promise<Response | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || !found.isFile()) return undefined;
  return new Response(Readable.toWeb(createReadStream(file)) as ReadableStream, {
    headers: {
      'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
      'content-length': String(found.size),
      'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  });
}

const notBuilt = `<!doctype html><title>Plimsoll</title><p>The portal is not built in this checkout: run <code>npm run build:portal</code>.
The API is at <code>/api/v1</code>.`;

/** Addresses at which only a file can be: below assets/, or a name with an ending at the top. Pages are all others. */
const fileOnly = /^\/(assets\/|[^/]+\.[^/]+$)/;

/** The portal: its files, and its one page for every address that is not a file, because the portal routes by itself. */
export async function portalResponse(directory: string | undefined, path: string): Promise<Response | undefined> {
  if (directory === undefined) {
    return path === '/'
      ? new Response(notBuilt, { headers: { 'content-type': 'text/html; charset=utf-8' } })
      : undefined;
  }
  const file = insideOf(directory, path);
  if (file === undefined) return undefined;
  // The bundler puts a hash of the content into the names below assets/.
  const direct = await fileResponse(file, path.startsWith('/assets/'));
  if (direct !== undefined) return direct;
  return fileOnly.test(path) ? undefined : fileResponse(join(directory, 'index.html'), false);
}
