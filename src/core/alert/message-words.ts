import type { Message } from './notify.ts';

const kindWords = {
  firing: '',
  worse: 'WORSE: ',
  escalation: 'NOT TAKEN: ',
  resolved: 'OVER: ',
  communication: '',
} as const;

/** One line for a subject or a title. Never holds a line break: it becomes a header. */
export function subjectOf(message: Message): string {
  const urgency = message.urgency === 'page' && message.kind !== 'resolved' ? '[page] ' : '';
  return `${urgency}${kindWords[message.kind]}${message.impact}`.replaceAll(/[\r\n]+/g, ' ').slice(0, 200);
}

/** The rest, line by line. What was written to an audience is all that it is told. */
export function bodyOf(message: Message): readonly string[] {
  if (message.said !== undefined) return [message.said.text];
  const people = message.people.map(({ name }) => name).join(', ');
  return [
    message.summary,
    '',
    `Services: ${message.services.join(', ') || 'none declared'}`,
    ...(message.environment === null ? [] : [`Environment: ${message.environment}`]),
    `Since: ${message.startedAt}${message.endedAt === null ? '' : `, over ${message.endedAt}`}`,
    `Asked: ${people === '' ? message.team : `${people} (${message.team})`}`,
    ...(message.note === null ? [] : [message.note]),
    ...(message.kind === 'resolved' || message.response.length === 0
      ? []
      : [
          '',
          message.runbook === null ? 'What to do:' : `Runbook ${message.runbook}:`,
          ...message.response.map((step, index) => `${index + 1}. ${step}`),
        ]),
    '',
    ...(message.kind === 'resolved' ? [] : [`Take it: plimsoll alerts acknowledge ${message.alert}`]),
  ];
}
