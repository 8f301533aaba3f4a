import type { Bytes } from '../core/kernel/index.ts';

/** A directory of our own for content on its way. Nobody else sees it, and it goes with its maker. */
export interface SpoolDirectory {
  readonly path: string;
  /** Every file in it, by relative path with `/`, sorted. */
  list(): Promise<readonly { readonly path: string; readonly bytes: Bytes }[]>;
  /** In pieces, so that memory stays flat. */
  read(path: string): AsyncIterable<Uint8Array>;
  write(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  remove(): Promise<void>;
}

/** Where content lies between a program and the repository. */
export interface Spool {
  /** Makes a directory, after sweeping what dead makers left. Throws `Fault` DISK_FULL where less than `neededBytes` is free. */
  open(options: { readonly neededBytes: Bytes }): Promise<SpoolDirectory>;
  /** Removes directories whose maker is dead; answers how many. */
  sweep(): Promise<number>;
}
