import { z } from '@hono/zod-openapi';
import { boundaries, incidentRoles, incidentStates } from '../../core/incident/index.ts';

const instant = z.iso.datetime();
const role = z.enum(incidentRoles);
const text = z.string().trim().min(1).max(5_000);
const shortText = z.string().trim().min(1).max(200);
const stepIndex = z.number().int().min(0).max(99);
const outcome = z.enum(['done', 'failed', 'skipped']);
const audience = z.enum(['users', 'customers', 'management']);
const lost = {
  ...{ sentence: z.string(), services: z.array(z.string()), sites: z.array(z.string()) },
  itemsAtRisk: z.number().nullable(),
  deadline: z.object({ name: z.string(), site: z.string(), at: instant, timezone: z.string() }).nullable(),
};

/** An incident from its detection to its closure. */
export const incident = z
  .object({
    id: z.string(),
    title: z.string(),
    /** Where it began: its runbook acts there. */
    environment: z.string().nullable(),
    /** Every environment that suffers from it. */
    environments: z.array(z.string()),
    /** What they share and may be the cause while it lasts: `integration/dhl`, `server/db-1`. */
    commonCauses: z.array(z.string()),
    severity: z.number().int(),
    state: z.enum(incidentStates),
    cause: z.object({ code: z.string(), subject: z.string(), summary: z.string() }),
    owner: z.string().nullable(),
    boundary: z.enum(boundaries),
    roles: z.object({ lead: z.string(), communication: z.string(), operations: z.string() }).partial(),
    runbook: z.string().nullable(),
    alerts: z.array(z.string()),
    /** The worst that it came to, over all its environments, and in each. */
    impact: z.object(lost),
    impacts: z.array(z.object({ environment: z.string().nullable(), ...lost })),
    /** When it began, as far as can be told, and what tells it. */
    faultStart: z.object({ at: instant, because: z.string() }),
    detectedAt: instant,
    acknowledgedAt: instant.nullable(),
    recoveredAt: instant.nullable(),
    closedAt: instant.nullable(),
    timeToDetectSeconds: z.number(),
    timeToAcknowledgeSeconds: z.number().nullable(),
    timeToRecoverSeconds: z.number().nullable(),
  })
  .openapi('Incident');

const timelineItem = z.object({
  at: instant,
  kind: z.string(),
  title: z.string(),
  detail: z.string().nullable(),
  tone: z.enum(['neutral', 'good', 'warning', 'bad']),
  link: z.string().nullable(),
});

export const incidentDetail = incident
  .extend({
    timezone: z.string(),
    /** The runbook as it is declared now, each step with what was done of it. */
    steps: z.array(
      z.object({
        index: z.number().int(),
        text: z.string(),
        /** What Plimsoll does; null for a step that a person does. */
        action: z.string().nullable(),
        approvals: z.number().int(),
        /** How often it may run in the environment, whichever incident asks; null where as often as one likes. */
        limit: z.object({ runs: z.number().int(), withinSeconds: z.number() }).nullable(),
        /** Who has begun it, while it has said nothing yet. */
        running: z.object({ by: z.string(), at: instant }).nullable(),
        isNext: z.boolean(),
        request: z.object({ by: z.string(), approvedBy: z.array(z.string()) }).nullable(),
        done: z.array(z.object({ outcome, note: z.string().nullable(), by: z.string(), at: instant })),
      }),
    ),
    communications: z.array(
      z.object({
        ...{ template: z.string(), audience, text: z.string(), by: z.string(), at: instant },
        /** How it was sent and what became of it; empty where somebody told them by other means. */
        deliveries: z.array(
          z.object({
            channel: z.string(),
            state: z.enum(['waiting', 'sent', 'failed', 'forgotten']),
            attempts: z.number().int(),
            problem: z.string().nullable(),
          }),
        ),
      }),
    ),
    templates: z.array(
      z.object({
        ...{ name: z.string(), audience, headline: z.string(), text: z.string() },
        /** By which channels it would be sent, and to how many addresses; none where no channel tells the audience. */
        channels: z.array(z.object({ name: z.string(), recipients: z.number().int() })),
        /** What has to be typed before it leaves the house; null where it stays in it. */
        confirm: z.string().nullable(),
      }),
    ),
    review: z.object({
      summary: z.string().nullable(),
      actions: z.array(
        z.object({
          id: z.string(),
          text: z.string(),
          owner: z.string(),
          due: z.string().nullable(),
          evidence: z.string().nullable(),
          closedBy: z.string().nullable(),
          closedAt: instant.nullable(),
        }),
      ),
    }),
    /** Oldest first: what led to it, what happened in it, what was done. */
    timeline: z.array(timelineItem),
  })
  .openapi('IncidentDetail');

/** Something to do in an incident. */
export const incidentWork = z
  .discriminatedUnion('do', [
    z.strictObject({ do: z.literal('take') }),
    z.strictObject({ do: z.literal('assign'), role, who: shortText }),
    z.strictObject({ do: z.literal('boundary'), boundary: z.enum(boundaries) }),
    z.strictObject({ do: z.literal('step'), index: stepIndex, outcome, note: text.nullable().default(null) }),
    z.strictObject({ do: z.literal('communicate'), template: shortText, audience, text }),
    z.strictObject({
      ...{ do: z.literal('send'), template: shortText, audience, text },
      confirm: shortText.nullable().default(null),
    }),
    z.strictObject({ do: z.literal('review'), summary: text }),
    z.strictObject({ do: z.literal('add-action'), text, owner: shortText, due: z.iso.date().nullable().default(null) }),
    z.strictObject({ do: z.literal('close-action'), id: shortText, evidence: text }),
    z.strictObject({ do: z.literal('close') }),
  ])
  .openapi('IncidentWork');

const mean = z.object({ seconds: z.number().nullable(), count: z.number().int() });

export const incidentFigures = z
  .object({
    from: instant,
    to: instant,
    incidents: z.number().int(),
    meanTimeToDetect: mean,
    meanTimeToAcknowledge: mean,
    meanTimeToRecover: mean,
    untaken: z.number().int(),
    openActions: z.number().int(),
    interpretations: z.array(
      z.object({
        figure: z.string(),
        trend: z.enum(['rising', 'falling', 'steady', 'unknown']),
        reading: z.string(),
        candidates: z.array(z.object({ cause: z.string(), evidence: z.string() })),
      }),
    ),
  })
  .openapi('IncidentFigures');
