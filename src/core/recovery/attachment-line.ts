/** An attachment of Odoo whose content is a file of the filestore. */
export interface AttachmentRow {
  readonly id: number;
  readonly name: string;
  /** The model and the id of the record that it is attached to. */
  readonly model: string | null;
  readonly record: number | null;
  /** Odoo's name of its file: `a3/a3f1…`. */
  readonly file: string;
}

/** One line of the list of attachments that a physical backup carries, without its line end. */
export function formatAttachmentLine({ id, file, model, record, name }: AttachmentRow): string {
  return JSON.stringify([id, file, model, record, name]);
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value);
const isText = (value: unknown): value is string => typeof value === 'string';

/** Reads one line of that list; `undefined` where it is none. */
export function parseAttachmentLine(text: string): AttachmentRow | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    // Cut off or overwritten: the caller says which list it is.
    return undefined;
  }
  if (!Array.isArray(fields) || fields.length !== 5) return undefined;
  const [id, file, model, record, name] = fields as readonly unknown[];
  if (!(isNumber(id) && isText(file) && isText(name))) return undefined;
  if (!(model === null || isText(model)) || !(record === null || isNumber(record))) return undefined;
  return { id, file, model, record, name };
}
