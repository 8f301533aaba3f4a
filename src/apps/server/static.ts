import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { type ContentEncoding, encodingFor, leastBytes, packOnce } from './content-encoding.ts';

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

/** Text gets smaller by packing; pictures and fonts are packed by their own format. */
const packable: ReadonlySet<string> = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.webmanifest']);

interface PackedFile {
  readonly tag: string;
  readonly bytes: Promise<Buffer>;
}

/** What was packed before, by file and way: the portal is some dozens of files, which change only when it is built anew. */
const packedBefore = new Map<string, PackedFile>();

function packedFile(file: string, tag: string, encoding: ContentEncoding): Promise<Buffer> {
  const key = `${encoding} ${file}`;
  const before = packedBefore.get(key);
  if (before?.tag === tag) return before.bytes;
  const bytes = readFile(file).then(packOnce[encoding]);
  packedBefore.set(key, { tag, bytes });
  // What failed once is tried again.
  bytes.catch(() => packedBefore.delete(key));
  return bytes;
}

/** What of a request decides how a file is sent. */
export interface FileWishes {
  readonly acceptEncoding?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

async function fileResponse(file: string, isImmutable: boolean, wishes: FileWishes): Promise<Response | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || !found.isFile()) return undefined;
  const isPackable = packable.has(extname(file)) && found.size >= leastBytes;
  const encoding = isPackable ? encodingFor(wishes.acceptEncoding) : undefined;
  const version = `${found.size.toString(36)}-${Math.trunc(found.mtimeMs).toString(36)}`;
  // Two ways of packing are two representations, and so have two tags (RFC 9110, 8.8.3.3).
  const tag = `"${version}${encoding === undefined ? '' : `-${encoding}`}"`;
  const headers: Record<string, string> = {
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: tag,
    ...(isPackable ? { vary: 'accept-encoding' } : {}),
  };
  if (isNamed(tag, wishes.ifNoneMatch)) return new Response(null, { status: 304, headers });
  headers['content-type'] = contentTypes[extname(file)] ?? 'application/octet-stream';
  if (encoding === undefined) {
    headers['content-length'] = String(found.size);
    return new Response(Readable.toWeb(createReadStream(file)) as ReadableStream, { headers });
  }
  const bytes = new Uint8Array(await packedFile(file, tag, encoding));
  headers['content-length'] = String(bytes.byteLength);
  headers['content-encoding'] = encoding;
  return new Response(bytes, { headers });
}

/** Whether the browser says that it has the file of this tag; a proxy may have made the tag a weak one. */
function isNamed(tag: string, ifNoneMatch: string | undefined): boolean {
  return (ifNoneMatch ?? '').split(',').some((each) => ['*', tag].includes(each.trim().replace(/^W\//, '')));
}

const notBuilt = `<!doctype html><title>Plimsoll</title><p>The portal is not built in this checkout: run <code>npm run build:portal</code>.
The API is at <code>/api/v1</code>.`;

/** Addresses at which only a file can be: below assets/, or a name with an ending at the top. Pages are all others. */
const fileOnly = /^\/(assets\/|[^/]+\.[^/]+$)/;

/** The portal: its files, and its one page for every address that is not a file, because the portal routes by itself. */
export async function portalResponse(
  directory: string | undefined,
  path: string,
  wishes: FileWishes = {},
): Promise<Response | undefined> {
  if (directory === undefined) {
    return path === '/'
      ? new Response(notBuilt, { headers: { 'content-type': 'text/html; charset=utf-8' } })
      : undefined;
  }
  const file = insideOf(directory, path);
  if (file === undefined) return undefined;
  // The bundler puts a hash of the content into the names below assets/.
  const direct = await fileResponse(file, path.startsWith('/assets/'), wishes);
  if (direct !== undefined) return direct;
  return fileOnly.test(path) ? undefined : fileResponse(join(directory, 'index.html'), false, wishes);
}
