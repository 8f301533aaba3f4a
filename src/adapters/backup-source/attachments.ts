import type { AttachmentRow } from '../../core/recovery/index.ts';
import { type SourceSql, translateSourceError } from './connection.ts';

const rowsAtOnce = 5_000;

/** Page by page along the primary key, in the transaction of the snapshot: however many there are, memory stays flat. */
export async function* readAttachments(
  sql: SourceSql,
  files: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): AsyncIterable<readonly AttachmentRow[]> {
  const wanted =
    files === undefined
      ? sql`true`
      : sql`store_fname in (select jsonb_array_elements_text(${JSON.stringify(files)}::text::jsonb))`;
  let after = 0;
  for (;;) {
    signal?.throwIfAborted();
    const rows = await sql<AttachmentRow[]>`
      select id, coalesce(name, '') as name, res_model as model, res_id as record, store_fname as file
      from ir_attachment where store_fname is not null and id > ${after} and ${wanted}
      order by id limit ${rowsAtOnce}`.catch((error: unknown) => {
      throw translateSourceError(error);
    });
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < rowsAtOnce) return;
    after = last.id;
  }
}
