import type { AttachmentRow } from '../core/recovery/index.ts';

type Signalled = { readonly signal?: AbortSignal | undefined };

/** The data of one table in a dump, and the file of the directory format that holds it. */
export interface DumpedTable {
  readonly schema: string;
  readonly table: string;
  readonly file: string;
}

/** Reads a dump in directory format with PostgreSQL's own `pg_restore`, restoring nothing. Throws `Fault` COMMAND_FAILED in its words. */
export interface DumpInspector {
  /** Its table data. Needs `toc.dat` alone. Throws CONTENT_ALTERED where that is none, in the words of `pg_restore`. */
  tables(directory: string, options?: Signalled): Promise<readonly DumpedTable[]>;
  /** The attachments of the dump whose file is wanted. Needs the data of `ir_attachment` too. */
  attachments(
    directory: string,
    isWanted: (file: string) => boolean,
    options?: Signalled,
  ): Promise<readonly AttachmentRow[]>;
}
