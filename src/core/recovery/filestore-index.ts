import type { Bytes } from '../kernel/index.ts';
import { type ContentPiece, pieceBytes } from './manifest.ts';

/** One file of the filestore as a backup's index says it: Odoo's name for it, and the pieces that hold it. */
export interface IndexedFile {
  /** Lower-case hex SHA-1 of the content; the file's name is its first two digits, `/`, and this. */
  readonly sha1: string;
  readonly bytes: Bytes;
  /** In order; empty for an empty file. */
  readonly pieces: readonly ContentPiece[];
}

const line = /^([0-9a-f]{40}) (\d{1,15}) (-|[0-9a-f]{64}(?:,[0-9a-f]{64})*)$/;

/** Odoo's name of a file, from the SHA-1 of its content: `a3/a3f1…`. */
export function filestoreName(sha1: string): string {
  return `${sha1.slice(0, 2)}/${sha1}`;
}

/** The SHA-1 that a name of the filestore promises; `undefined` where it is not such a name. */
export function sha1OfName(name: string): string | undefined {
  const match = /^([0-9a-f]{2})\/([0-9a-f]{40})$/.exec(name);
  return match?.[2]?.startsWith(match[1] ?? ' ') === true ? match[2] : undefined;
}

/** One line of an index, without its line end. */
export function formatIndexLine({ sha1, bytes, pieces }: IndexedFile): string {
  const names = pieces.length === 0 ? '-' : pieces.map(({ sha256 }) => sha256).join(',');
  return `${sha1} ${bytes} ${names}`;
}

/** Reads one line of an index; `undefined` where it is none, or where its pieces cannot hold its bytes. */
export function parseIndexLine(text: string): IndexedFile | undefined {
  const [, sha1, digits, names] = line.exec(text) ?? [];
  if (sha1 === undefined || names === undefined) return undefined;
  const bytes = Number(digits);
  const hashes = names === '-' ? [] : names.split(',');
  if (hashes.length !== Math.ceil(bytes / pieceBytes)) return undefined;
  const pieces = hashes.map((sha256, index) => ({ sha256, bytes: Math.min(pieceBytes, bytes - index * pieceBytes) }));
  return { sha1, bytes, pieces };
}
