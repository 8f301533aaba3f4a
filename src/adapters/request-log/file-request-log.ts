import { close, fstat, open, read } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Fault } from '../../core/kernel/index.ts';
import type { LogChunk, RequestLog } from '../../ports/request-log.ts';

interface Options {
  readonly file: string;
  /** Where an earlier reader stood. */
  readonly position?: string | undefined;
  /** The beginning of the file instead of its end when there is no position: for tests and replays. */
  readonly fromStart?: boolean;
  readonly maximumChunkBytes?: number;
  readonly maximumLineBytes?: number;
}

const positionSchema = z.strictObject({ inode: z.string(), offset: z.number().int().nonnegative() });
type Position = z.infer<typeof positionSchema>;

const newline = 10;
/** Stands in a position for a file that was read to its end and whose successor is not open yet. */
const rotatedInode = 'rotated';
/** More old logs than this beside the file are not looked through. */
const mostRotated = 100;

const inodeOf = ({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string => `${dev}:${ino}`;

// Descriptors rather than FileHandles: one of those that is forgotten ends the process when it is collected.
const openFile = promisify(open);
const statFile = promisify(fstat);
const closeFile = promisify(close);
const readFile = promisify(read);

function readPosition(text: string | undefined): Position | undefined {
  if (text === undefined) return undefined;
  try {
    return positionSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function unreadable(file: string, error: unknown): Fault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new Fault('SOURCE_UNREADABLE', `The log ${file} cannot be read (${code || String(error)}).`, { cause: error });
}

interface State {
  position: Position | undefined;
  descriptor: number | undefined;
  /** Whether what follows up to the next line break belongs to a line already given up. */
  isSkippingLine: boolean;
}

class FileRequestLog implements RequestLog {
  readonly #options: Options;
  readonly #chunkBytes: number;
  readonly #lineBytes: number;
  readonly #state: State;

  constructor(options: Options) {
    this.#options = options;
    this.#chunkBytes = options.maximumChunkBytes ?? 4 * 1024 ** 2;
    this.#lineBytes = Math.min(this.#chunkBytes, options.maximumLineBytes ?? 64 * 1024);
    this.#state = { position: readPosition(options.position), descriptor: undefined, isSkippingLine: false };
  }

  get position(): string | undefined {
    return this.#state.position === undefined ? undefined : JSON.stringify(this.#state.position);
  }

  async readNew(): Promise<LogChunk> {
    try {
      return await this.#read();
    } catch (error) {
      await this.close();
      throw unreadable(this.#options.file, error);
    }
  }

  async close(): Promise<void> {
    const { descriptor } = this.#state;
    this.#state.descriptor = undefined;
    if (descriptor !== undefined) await closeFile(descriptor).catch(() => {});
  }

  /** The open file, its size, and whether a newer one has taken its name. */
  async #look() {
    const { file } = this.#options;
    this.#state.descriptor ??= await openFile((await this.#rotatedAway()) ?? file, 'r');
    const { descriptor } = this.#state;
    const opened = await statFile(descriptor, { bigint: true });
    const inode = inodeOf(opened);
    const named = await stat(file, { bigint: true }).then(inodeOf, () => undefined);
    const isRotated = named !== undefined && named !== inode;
    return { descriptor, inode, size: Number(opened.size), isRotated };
  }

  /**
   * The file we stood in, where it was rotated while nobody read: under whatever name beside the log it now lies. Renaming
   * keeps the inode; a file that was packed meanwhile is another, and its rest is lost.
   */
  async #rotatedAway(): Promise<string | undefined> {
    const { position } = this.#state;
    if (position === undefined || position.inode === rotatedInode) return undefined;
    const { file } = this.#options;
    const current = await stat(file, { bigint: true }).then(inodeOf, () => undefined);
    if (current === position.inode) return undefined;
    const [directory, name] = [dirname(file), basename(file)];
    const others = (await readdir(directory).catch(() => [])).filter(
      (other) => other !== name && other.startsWith(name),
    );
    for (const other of others.slice(0, mostRotated)) {
      const path = join(directory, other);
      const found = await stat(path, { bigint: true }).catch(() => undefined);
      if (found !== undefined && inodeOf(found) === position.inode && found.size >= BigInt(position.offset))
        return path;
    }
    return undefined;
  }

  #begin(inode: string, size: number): Position {
    const { position } = this.#state;
    if (position === undefined) return { inode, offset: this.#options.fromStart === true ? 0 : size };
    // Another file than we stood in, or one that was cut: what is there now is all new.
    if (position.inode !== inode || position.offset > size) {
      this.#state.isSkippingLine = false;
      return { inode, offset: 0 };
    }
    return position;
  }

  async #read(): Promise<LogChunk> {
    const { descriptor, inode, size, isRotated } = await this.#look();
    const position = this.#begin(inode, size);
    const buffer = Buffer.alloc(Math.min(this.#chunkBytes, Math.max(0, size - position.offset)));
    const { bytesRead } =
      buffer.length === 0 ? { bytesRead: 0 } : await readFile(descriptor, buffer, 0, buffer.length, position.offset);
    const taken = this.#take(buffer.subarray(0, bytesRead), isRotated && position.offset + bytesRead >= size);
    this.#state.position = { inode, offset: position.offset + taken.consumed };
    const isDone = this.#state.position.offset >= size || taken.consumed === 0;
    // A rotated file is read to its end before the new one is opened.
    if (isRotated && isDone) {
      await this.close();
      this.#state.position = { inode: rotatedInode, offset: 0 };
      this.#state.isSkippingLine = false;
    }
    return { lines: taken.lines, skippedBytes: taken.skippedBytes, hasMore: isRotated || !isDone };
  }

  #take(bytes: Buffer, isLast: boolean) {
    const end = isLast ? bytes.length : bytes.lastIndexOf(newline) + 1;
    const pieces = bytes.toString('utf8', 0, end).split('\n');
    let skippedBytes = 0;
    if (this.#state.isSkippingLine && end > 0) {
      skippedBytes += Buffer.byteLength(pieces.shift() ?? '');
      this.#state.isSkippingLine = false;
    }
    const lines = pieces.filter((line) => line !== '' && line.length <= this.#lineBytes);
    for (const line of pieces) if (line.length > this.#lineBytes) skippedBytes += Buffer.byteLength(line);
    // A line too long to wait for its end: give it up, and what follows of it.
    const rest = bytes.length - end;
    if (rest > this.#lineBytes) {
      this.#state.isSkippingLine = true;
      return { lines, skippedBytes: skippedBytes + rest, consumed: bytes.length };
    }
    return { lines, skippedBytes, consumed: end };
  }
}

/** Follows a log file. Beginning at its end, unless an earlier position is given. */
export function createFileRequestLog(options: Options): RequestLog {
  return new FileRequestLog(options);
}
