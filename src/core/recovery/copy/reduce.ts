import type { Seconds } from '../../kernel/index.ts';
import type { Statement } from './anonymise.ts';
import { keptAttachmentModels } from './rules.ts';

/** What may be left out of a copy, each where it is older than so long. */
export const reducible = ['mail', 'attachments', 'logs'] as const;
export type Reducible = (typeof reducible)[number];
export type Reduction = Readonly<Partial<Record<Reducible, Seconds>>>;

const timestamp = (at: Temporal.Instant): string =>
  at.toString({ smallestUnit: 'second' }).slice(0, 19).replace('T', ' ');

const mail = (before: string): readonly Statement[] => [
  { sql: 'delete from mail_mail where create_date < $1::timestamp', values: [before] },
  { sql: 'delete from mail_message where create_date < $1::timestamp', values: [before] },
];
const attachments = (before: string): readonly Statement[] => [
  {
    sql: `delete from ir_attachment where create_date < $1::timestamp and coalesce(url, '') not like '/web/assets/%'
      and coalesce(res_model, '') <> all ($2::text[]) and not (res_model is null and type = 'url')`,
    values: [before, keptAttachmentModels],
  },
];
const logs = (before: string): readonly Statement[] => [
  { sql: 'delete from ir_logging where create_date < $1::timestamp', values: [before] },
  { sql: 'delete from bus_bus where create_date < $1::timestamp', values: [before] },
];

const tableOf = { mail: 'mail_message', attachments: 'ir_attachment', logs: 'bus_bus' } as const;

/**
 * What makes a copy smaller: old messages, files and logs. Stock and books are left whole, because what is there now is the
 * sum of all that ever moved: without the old moves nothing would agree any more.
 */
export function planReduce(
  reduction: Reduction,
  now: Temporal.Instant,
  tables: ReadonlySet<string>,
): readonly Statement[] {
  const makers = { mail, attachments, logs } as const;
  return reducible.flatMap((what) => {
    const seconds = reduction[what];
    if (seconds === undefined || !tables.has(tableOf[what])) return [];
    return makers[what](timestamp(now.subtract({ seconds: Math.round(seconds) })));
  });
}
