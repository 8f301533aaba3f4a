import { bodyOf, subjectOf } from '../../core/alert/index.ts';
import type { OutboxMessage } from '../../ports/alert-store.ts';

/** Our own JSON: everything, with names that stay. */
export function webhookBody({ id, message }: OutboxMessage): unknown {
  const { said } = message;
  // An audience gets its words, and nothing of what we know besides.
  if (said !== undefined) return { version: 1, id, kind: message.kind, title: subjectOf(message), ...said };
  return { version: 1, id, title: subjectOf(message), ...message };
}

/** What Slack reads as marks of its own. */
const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const colours = { page: '#a4262c', ticket: '#a86d00', note: '#5b6770' } as const;

/** An incoming webhook of Slack: one attachment with a bar of colour, and the words in it. */
export function slackBody({ message }: OutboxMessage): unknown {
  const title = slackText(subjectOf(message));
  const lines = slackText(bodyOf(message).join('\n'));
  const color = message.kind === 'resolved' ? '#2b7a4b' : colours[message.urgency];
  return {
    text: title,
    attachments: [{ color, blocks: [{ type: 'section', text: { type: 'mrkdwn', text: lines.slice(0, 2_900) } }] }],
  };
}

/** What an adaptive card reads as marks of its own. */
const cardText = (text: string): string => text.replaceAll(/[\\`*_[\]()#]/g, (mark) => `\\${mark}`);

/** A workflow webhook of Microsoft Teams: an adaptive card. */
export function teamsBody({ message }: OutboxMessage): unknown {
  const block = (text: string, more: object = {}) => ({ type: 'TextBlock', text: cardText(text), wrap: true, ...more });
  const lines = bodyOf(message).filter((line) => line !== '');
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [block(subjectOf(message), { weight: 'Bolder', size: 'Medium' }), ...lines.map((line) => block(line))],
        },
      },
    ],
  };
}

/** How long an alert lasts in an Alertmanager that hears nothing more of it: we tell it the end, this is for when we cannot. */
const lastsHours = 24 * 7;

/** What `/api/v2/alerts` of an Alertmanager takes. Its own grouping and de-duplication go by these labels. */
export function alertmanagerBody({ message, writtenAt }: OutboxMessage): unknown {
  const labels = {
    ...{
      alertname: message.code,
      alert: message.alert,
      class: message.class,
      severity: message.urgency,
      team: message.team,
    },
    ...(message.environment === null ? {} : { environment: message.environment }),
    ...(message.services.length === 0 ? {} : { service: message.services.join(',') }),
  };
  const annotations = {
    ...{ summary: message.impact, description: message.summary },
    ...(message.runbook === null ? {} : { runbook: message.runbook }),
  };
  const endsAt = message.endedAt ?? writtenAt.add({ hours: lastsHours }).toString({ smallestUnit: 'second' });
  return [{ labels, annotations, startsAt: message.startedAt, endsAt }];
}
