import { z } from 'zod';
import { date, lasts, localDateTime, name, text, timezone } from './scalars.ts';

/** The kinds of calendar events; those that last have windows, the others are instants. */
export const calendarEventKinds = [
  'cut-off',
  'peak',
  'freeze',
  'change-window',
  'maintenance-window',
  'month-end',
  'shift-start',
  'receiving-window',
] as const;

const calendarEvent = z.strictObject({
  name,
  kind: z.enum(calendarEventKinds),
  rule: z
    .string()
    .max(1_000)
    .meta({
      description: "An iCalendar rule in the site's time zone. A rule that names no hour begins at local midnight.",
      examples: ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=17;BYMINUTE=0', 'FREQ=MONTHLY;BYMONTHDAY=-1'],
    }),
  lasts: lasts.optional(),
  starts: localDateTime.optional().meta({ description: 'Where the rule starts counting, in local time.' }),
  except: z.array(date).optional().meta({ description: 'Local dates on which it does not occur, such as holidays.' }),
  service: name.optional(),
  profile: name.optional(),
  title: text.optional(),
});

/** As Odoo has it in the warehouse's short name: upper and lower case count. */
const warehouseCode = z.string().regex(/^[^\s,]{1,20}$/);

export const site = z.strictObject({
  kind: z.literal('Site'),
  name,
  title: text.optional(),
  type: z.enum(['warehouse', 'distribution-centre', 'office', 'store']).optional(),
  timezone,
  region: name.optional(),
  calendar: z.array(calendarEvent).optional(),
  odoo: z
    .strictObject({
      warehouses: z
        .array(warehouseCode)
        .min(1)
        .max(100)
        .meta({
          description:
            "Short names of this site's warehouses in Odoo. Needed where an environment serves several sites.",
          examples: [['WH']],
        }),
    })
    .optional(),
});
