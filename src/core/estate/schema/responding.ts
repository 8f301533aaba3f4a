import { z } from 'zod';
import { runningComponents } from '../responding.ts';
import { duration, lasts, name, plainOrSecret, secret, text, timezone } from './scalars.ts';

const email = z.email().max(200).meta({ description: 'An e-mail address.' });

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .meta({ description: 'A time of day on the wall, such as 22:00.', examples: ['22:00'] });

const shift = z.strictObject({
  members: z.array(text).min(1).max(50).meta({ description: 'Who takes it, in turn.' }),
  rule: z
    .string()
    .max(1_000)
    .meta({
      description: "When it begins: an iCalendar rule in the schedule's time zone.",
      examples: ['FREQ=DAILY;BYHOUR=8;BYMINUTE=0'],
    }),
  lasts,
  rotate: z
    .enum(['daily', 'weekly'])
    .optional()
    .meta({ description: 'How often the next one takes over; weekly where not given.' }),
});

export const team = z.strictObject({
  kind: z.literal('Team'),
  name,
  title: text.optional(),
  contact: text.optional(),
  members: z
    .array(z.union([text, z.strictObject({ name: text, email: email.optional() })]))
    .optional()
    .meta({ description: 'Who belongs to it, each a name or a name with an e-mail address.' }),
  duties: z.array(text).optional(),
  onCall: z
    .strictObject({ timezone, shifts: z.array(shift).min(1).max(50) })
    .optional()
    .meta({ description: 'Who is called when. Hours that no shift holds are a gap, and reported.' }),
  quietHours: z
    .strictObject({ from: timeOfDay, to: timeOfDay, timezone })
    .optional()
    .meta({ description: 'Hours in which only pages go out; what can wait, waits until they end.' }),
  notify: z
    .array(
      z.strictObject({
        channel: name,
        for: z
          .array(z.enum(['page', 'ticket']))
          .min(1)
          .optional(),
      }),
    )
    .optional()
    .meta({ description: 'Channels by which it is reached, each for pages, tickets, or both.' }),
  escalate: z
    .strictObject({
      after: duration.optional(),
      ticketsAfter: duration.optional(),
      to: z.array(name).max(10).optional(),
    })
    .optional()
    .meta({
      description:
        'After how long without an acknowledgement a page goes on, and to which teams in turn; tickets go on only with `ticketsAfter`.',
    }),
});

const receiver = z.strictObject({ url: plainOrSecret, token: secret.optional() });

export const channel = z.strictObject({
  kind: z.literal('Channel'),
  name,
  title: text.optional(),
  email: z
    .strictObject({
      host: plainOrSecret,
      port: z.number().int().min(1).max(65_535).optional(),
      security: z.enum(['none', 'starttls', 'tls']).optional(),
      from: email,
      login: plainOrSecret.optional(),
      password: secret.optional(),
    })
    .optional()
    .meta({ description: 'An SMTP server. Mail goes to the one on call, else to the contact of the team.' }),
  webhook: receiver.optional().meta({ description: 'An address that takes our own JSON.' }),
  slack: receiver
    .optional()
    .meta({ description: 'An incoming webhook of Slack, or of something that understands its messages.' }),
  teams: receiver.optional().meta({ description: 'An incoming webhook of Microsoft Teams (an adaptive card).' }),
  alertmanager: receiver.optional().meta({ description: 'An Alertmanager, by its base address.' }),
  tells: z
    .strictObject({
      audience: z.enum(['users', 'customers', 'management']),
      to: z.array(email).min(1).max(100).optional(),
      tenants: z.array(name).min(1).optional(),
    })
    .optional()
    .meta({ description: 'Whom it tells about incidents: an audience, by which addresses, of which tenants.' }),
});

/** The ways a channel can have; each channel has exactly one. */
export const channelWays = ['email', 'webhook', 'slack', 'teams', 'alertmanager'] as const;

const step = z.union([
  text,
  z.strictObject({
    do: text,
    run: z
      .union([
        z.strictObject({ journey: name }),
        z.strictObject({ restart: z.enum(runningComponents) }),
        z.enum(['end-session', 'backup', 'drill']),
      ])
      .meta({
        description:
          'What Plimsoll does itself: run a journey, restart a component, end the session that holds up the others, take a backup, or start a drill.',
      }),
    approvals: z.number().int().min(0).max(5).optional().meta({
      description:
        "How many others must agree first. A restart and the end of a session need at least the approvals of the environment's changes.",
    }),
    limit: z
      .strictObject({ runs: z.number().int().min(1).max(100), within: duration })
      .optional()
      .meta({
        description:
          'How often it may run in one environment, whichever incident asks; a restart and the end of a session 3 times within 1h where not given.',
      }),
  }),
]);

export const runbook = z.strictObject({
  kind: z.literal('Runbook'),
  name,
  title: text.optional(),
  when: z.array(text).optional().meta({ description: 'Codes of reasons, findings and alerts it answers.' }),
  services: z.array(name).optional(),
  owner: name.optional(),
  steps: z.array(step).min(1).max(100),
});
