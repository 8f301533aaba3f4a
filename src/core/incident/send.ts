import type { OutboxDraft } from '../alert/index.ts';
import type { Channel, Estate } from '../estate/index.ts';
import { type Refusal, refuse } from '../kernel/index.ts';
import type { Communication, Incident } from './incident.ts';

type Audience = Communication['audience'];
type Relevant = Pick<Estate, 'channels' | 'environments'>;

/** What somebody wants to be told, and the name that they typed to agree that it leaves the house. */
export interface WantedCommunication extends Pick<Communication, 'template' | 'audience' | 'text'> {
  readonly confirm: string | null;
}

/** The channels by which an audience is told about an incident: of every customer whose environment suffers from it. */
export function channelsTo(estate: Relevant, incident: Incident, audience: Audience): readonly Channel[] {
  const own = estate.environments.filter(({ name }) => incident.environments.includes(name));
  return estate.channels.filter(({ tells }) => {
    if (tells?.audience !== audience) return false;
    return (
      tells.tenants.length === 0 || own.some(({ tenant }) => tenant !== undefined && tells.tenants.includes(tenant))
    );
  });
}

/** What has to be typed before anything is told outside the house; `null` where the audience is our own. */
export function confirmationFor(incident: Incident, audience: Audience): string | null {
  return audience === 'management' ? null : (incident.environment ?? 'estate');
}

/** The line above it: the services, and whether it is over. Never a technical cause. */
export function headline(incident: Incident): string {
  const services = incident.impact.services.join(', ') || 'the system';
  return `${services}: ${incident.recoveredAt === null ? 'disturbed' : 'working again'}`;
}

function draftFor(
  channel: Channel,
  incident: Incident,
  { audience, text }: WantedCommunication,
  now: Temporal.Instant,
): OutboxDraft {
  const place = incident.communications.length;
  return {
    dedupeKey: [incident.id, 'communication', place, audience, channel.name].join('/'),
    channel: channel.name,
    recipients: channel.way.kind === 'email' ? (channel.tells?.to ?? []) : [],
    message: {
      ...{ kind: 'communication', urgency: 'ticket', alert: incident.id, key: incident.id, code: 'INCIDENT' },
      ...{ class: 'degraded', environment: null, services: incident.impact.services, impact: headline(incident) },
      ...{ summary: text, runbook: null, response: [], team: audience, people: [], note: null },
      startedAt: incident.faultStart.at.toString({ smallestUnit: 'second' }),
      endedAt: incident.recoveredAt?.toString({ smallestUnit: 'second' }) ?? null,
      said: { audience, text },
    },
    dueAt: now,
  };
}

/**
 * What is to be sent to an audience, or why not (INC-06): where no channel tells it, where the same was told already, or where
 * it leaves the house and nobody has typed the name of what it is about.
 */
export function planCommunication(
  estate: Relevant,
  incident: Incident,
  wanted: WantedCommunication,
  now: Temporal.Instant,
): { readonly kind: 'planned'; readonly drafts: readonly OutboxDraft[] } | Refusal {
  const { audience, text } = wanted;
  const channels = channelsTo(estate, incident, audience);
  if (channels.length === 0) {
    return refuse({
      code: 'AUDIENCE_UNREACHABLE',
      message: `No channel tells ${audience} about ${incident.environment ?? 'the estate'}.`,
      hint: `Declare a Channel with \`tells: { audience: ${audience} }\`, or tell them by other means and record it.`,
    });
  }
  if (
    incident.communications.some((said) => said.audience === audience && said.text === text && said.channels.length > 0)
  ) {
    return refuse({
      code: 'COMMUNICATION_REPEATED',
      message: `The same was sent to ${audience} already.`,
      hint: 'Say what is new, or leave it.',
    });
  }
  const name = confirmationFor(incident, audience);
  if (name !== null && wanted.confirm !== name) {
    return refuse({
      code: 'COMMUNICATION_UNCONFIRMED',
      message: `What is sent to ${audience} cannot be taken back, and nobody typed ${name}.`,
      hint: `Type the name of what it is about: ${name}.`,
    });
  }
  return { kind: 'planned', drafts: channels.map((channel) => draftFor(channel, incident, wanted, now)) };
}
