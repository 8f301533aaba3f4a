import { z } from '@hono/zod-openapi';

const instant = z.iso.datetime();
const alertClass = z.enum(['interrupted', 'at-risk', 'degraded']);
const urgency = z.enum(['page', 'ticket', 'note']);
const evidence = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

const deadline = z.object({
  name: z.string(),
  site: z.string(),
  siteTitle: z.string(),
  at: instant,
  timezone: z.string(),
});

/** One thing that somebody may have to do something about, from its first signal to its end. */
export const alert = z
  .object({
    id: z.string(),
    environment: z.string().nullable(),
    theme: z.string(),
    class: alertClass,
    urgency,
    code: z.string(),
    subject: z.string(),
    summary: z.string(),
    /** What the business loses, as a sentence. */
    impact: z.string(),
    services: z.array(z.string()),
    sites: z.array(z.string()),
    deadline: deadline.nullable(),
    itemsAtRisk: z.number().nullable(),
    growthPerHour: z.number().nullable(),
    /** What alerts are ranked by, and why it is so much. */
    weight: z.number(),
    because: z.array(z.string()),
    owner: z.string().nullable(),
    runbook: z.string().nullable(),
    response: z.array(z.string()),
    parts: z.array(
      z.object({
        source: z.enum(['finding', 'health', 'burn', 'forecast', 'alertmanager']),
        code: z.string(),
        subject: z.string(),
        class: alertClass,
        summary: z.string(),
        startedAt: instant,
        evidence,
      }),
    ),
    /** Things that more than one environment needs and that it may come from: `integration/dhl`, `server/db-1`. */
    mayComeFrom: z.array(z.string()),
    /** The alert that this one follows from; then it calls nobody by itself. */
    partOf: z.string().nullable(),
    startedAt: instant,
    openedAt: instant,
    lastSeenAt: instant,
    resolvedAt: instant.nullable(),
    repeats: z.number().int(),
    acknowledgedAt: instant.nullable(),
    acknowledgedBy: z.string().nullable(),
    toldUrgency: urgency.nullable(),
    toldAt: instant.nullable(),
    level: z.number().int(),
    incident: z.string().nullable(),
  })
  .openapi('Alert');

/** What was told to whom, and whether it arrived. */
export const alertMessage = z
  .object({
    id: z.string(),
    alert: z.string(),
    kind: z.enum(['firing', 'worse', 'escalation', 'resolved', 'communication']),
    urgency,
    team: z.string(),
    people: z.array(z.string()),
    channel: z.string(),
    state: z.enum(['waiting', 'sent', 'failed']),
    attempts: z.number().int(),
    dueAt: instant,
    writtenAt: instant,
    settledAt: instant.nullable(),
    problem: z.string().nullable(),
  })
  .openapi('AlertMessage');

export const alertDetail = alert.extend({ messages: z.array(alertMessage) }).openapi('AlertDetail');

/** How much alerts have asked for, and whether anybody needed it. */
export const alertNoise = z
  .object({
    from: instant,
    to: instant,
    alerts: z.number().int(),
    messages: z.number().int(),
    spared: z.number().int(),
    nobodyNeededRatio: z.number().nullable(),
    byCode: z.array(
      z.object({
        code: z.string(),
        fired: z.number().int(),
        told: z.number().int(),
        pages: z.number().int(),
        repeats: z.number().int(),
        nobodyNeeded: z.number().int(),
        brief: z.number().int(),
      }),
    ),
  })
  .openapi('AlertNoise');

/** A signal that is watched although nobody is told, or nobody knows what to do then. */
export const unansweredSignal = z
  .object({ code: z.string(), about: z.string(), lacks: z.array(z.enum(['owner', 'runbook'])) })
  .openapi('UnansweredSignal');

/** Who is called when, and the hours that nobody holds. */
export const onCallTeam = z
  .object({
    team: z.string(),
    title: z.string(),
    timezone: z.string().nullable(),
    now: z.array(z.string()),
    turns: z.array(z.object({ who: z.string(), from: instant, until: instant })),
    gaps: z.array(z.object({ from: instant, to: instant })),
    isPaged: z.boolean(),
  })
  .openapi('OnCallTeam');

/** The forecast of one backlog against its next cut-off. */
export const cutOffForecast = z
  .object({
    environment: z.string(),
    service: z.string(),
    site: z.string(),
    siteTitle: z.string(),
    cutOff: z.object({ name: z.string(), title: z.string(), at: instant, timezone: z.string() }),
    judgedAt: instant,
    /** Null where too little was counted to say anything, or too long ago. */
    said: z
      .object({
        probabilityClears: z.number(),
        expectedLeft: z.number(),
        backlog: z.number(),
        arrivalsPerHour: z.number(),
        drainPerHour: z.number(),
        warns: z.boolean(),
        warnsSince: instant.nullable(),
        countedAt: instant,
      })
      .nullable(),
    /** `Rotterdam: 214 parcels will miss DHL 17:00, 38 min left`, while it warns. */
    impact: z.string().nullable(),
  })
  .openapi('CutOffForecast');

const labels = z.record(z.string().max(200), z.string().max(4_000));

/** What an Alertmanager posts to a webhook (its version 4). What we do not read may be there. */
export const alertmanagerNotification = z
  .object({
    version: z.literal('4'),
    alerts: z
      .array(
        z.object({
          status: z.enum(['firing', 'resolved']),
          labels,
          annotations: labels.default({}),
          startsAt: z.iso.datetime({ offset: true }),
          endsAt: z.iso.datetime({ offset: true }),
          fingerprint: z.string().min(1).max(100),
        }),
      )
      .max(1_000),
  })
  .openapi('AlertmanagerNotification');
