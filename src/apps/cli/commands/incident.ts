import type { z } from 'zod';
import { Fault, formatDuration } from '../../../core/kernel/index.ts';
import { askApi } from '../../api-client.ts';
import { type resource, routes } from '../../contract/index.ts';
import type { CliCommand, CliGroup, CommandContext } from '../command.ts';
import type { Output } from '../output.ts';
import { communicateCommand } from './incident-communicate.ts';
import { figuresCommand } from './incident-figures.ts';

type Incident = z.output<typeof resource.incident>;
type Detail = z.output<typeof resource.incidentDetail>;
type Work = z.input<typeof resource.incidentWork>;

const colours = { open: 'red', acknowledged: 'yellow', review: 'cyan', closed: 'dim' } as const;
const lasted = (seconds: number | null): string => (seconds === null ? 'not yet' : formatDuration(Math.round(seconds)));

function print(incident: Incident, output: Output): void {
  const { state, severity, title, cause } = incident;
  output.line(`${output.style(colours[state], state.padEnd(12))} severity ${severity}  ${output.style('bold', title)}`);
  for (const { environment, sentence } of incident.impacts) {
    output.line(`             ${incident.impacts.length > 1 ? `${environment ?? 'estate'}: ` : ''}${sentence}`);
  }
  if (incident.commonCauses.length > 0 && incident.environments.length > 1) {
    output.line(`             one cause may be ${incident.commonCauses.join(', ')}`);
  }
  output.line(`             ${cause.summary}`);
  const times = `detected after ${lasted(incident.timeToDetectSeconds)}, taken after ${lasted(incident.timeToAcknowledgeSeconds)}, recovered after ${lasted(incident.timeToRecoverSeconds)}`;
  output.line(`             ${times}; id ${incident.id}`);
}

const list: CliCommand = {
  usage: 'list',
  summary: 'List incidents, newest first',
  effect: 'read-only',
  examples: ['incident list', 'incident list --environment acme-prod --state open --json'],
  configure: (command) =>
    command
      .option('--environment <name>', 'only of this one')
      .option('--state <state>', 'open, acknowledged, review or closed'),
  async run(_args, options, { settings, output, signal }) {
    const environment = typeof options['environment'] === 'string' ? options['environment'] : undefined;
    const query = { environment, state: options['state'] as Incident['state'] | undefined, limit: 100 };
    const { items } = await askApi(settings, (api) => api.call(routes.listIncidents, { query, signal }));
    output.json({ incidents: items });
    for (const incident of items) print(incident, output);
    if (items.length === 0) output.line('No incident.');
    return 0;
  },
};

const id = '7b6c2f0e-0c9b-4f7e-9a53-0d8f5a3c1d11';

function toldLine({ audience, by, at, deliveries }: Detail['communications'][number]): string {
  const outcome = deliveries.map(
    ({ channel, state, problem }) => `${channel}: ${state}${problem === null ? '' : `, ${problem}`}`,
  );
  return `told ${audience} by ${by} at ${at}${outcome.length === 0 ? '' : ` (${outcome.join('; ')})`}`;
}

const show: CliCommand = {
  usage: 'show <id>',
  summary: 'Show an incident: what it costs, its runbook, its timeline, what was said and learnt',
  effect: 'read-only',
  examples: [`incident show ${id}`, `incident show ${id} --json`],
  async run([wanted = ''], _options, { settings, output, signal }) {
    const incident = await askApi(settings, (api) => api.call(routes.getIncident, { params: { id: wanted }, signal }));
    output.json(incident);
    print(incident, output);
    output.line(`             began ${incident.faultStart.at}: ${incident.faultStart.because}`);
    if (incident.steps.length > 0) output.line(`Runbook ${incident.runbook}:`);
    for (const { index, text, action, isNext, done } of incident.steps) {
      const said = done.map(({ outcome, by, at }) => `${outcome} by ${by} at ${at}`).join(', ');
      output.line(
        `  ${isNext ? '>' : ' '} ${index + 1}. ${text}${action === null ? '' : ` [${action}]`}${said === '' ? '' : `  ${said}`}`,
      );
    }
    for (const said of incident.communications) output.line(`  ${toldLine(said)}`);
    for (const { at, title, detail } of incident.timeline)
      output.line(`  ${at}  ${title}${detail === null ? '' : `: ${detail}`}`);
    for (const { text, owner, evidence } of incident.review.actions)
      output.line(`  action of ${owner}: ${text} (${evidence ?? 'open'})`);
    return 0;
  },
};

async function work({ settings, output, signal }: CommandContext, wanted: string, body: Work): Promise<number> {
  const incident = await askApi(settings, (api) =>
    api.call(routes.workOnIncident, { params: { id: wanted }, body, signal }),
  );
  output.json(incident);
  print(incident, output);
  return 0;
}

const take: CliCommand = {
  usage: 'take <id>',
  summary: 'Take an incident and lead it: nobody further up is called',
  effect: 'changes',
  examples: [`incident take ${id}`],
  run: ([wanted = ''], _options, context) => work(context, wanted, { do: 'take' }),
};

const assign: CliCommand = {
  usage: 'assign <id> <role> <who>',
  summary: 'Give somebody a role: lead, communication or operations',
  effect: 'changes',
  examples: [`incident assign ${id} communication dina`],
  run: ([wanted = '', role = '', who = ''], _options, context) =>
    work(context, wanted, { do: 'assign', role: role as 'lead', who }),
};

/** Steps are counted from one by people. */
function indexOf(text: string): number {
  const index = Number(text) - 1;
  if (!Number.isInteger(index) || index < 0) throw new Fault('SETTING_INVALID', 'A step is a whole number from 1 on.');
  return index;
}

const step: CliCommand = {
  usage: 'step <id> <number>',
  summary: 'Record a step of the runbook as done, or failed, or skipped with a reason',
  effect: 'changes',
  examples: [`incident step ${id} 1`, `incident step ${id} 2 --skipped --note "known already"`],
  configure: (command) =>
    command
      .option('--failed', 'it failed')
      .option('--skipped', 'it is not needed')
      .option('--note <text>', 'what came of it'),
  run: ([wanted = '', number = ''], options, context) => {
    const outcome = options['failed'] === true ? 'failed' : options['skipped'] === true ? 'skipped' : 'done';
    const note = typeof options['note'] === 'string' ? options['note'] : null;
    return work(context, wanted, { do: 'step', index: indexOf(number), outcome, note });
  },
};

const run: CliCommand = {
  usage: 'run <id> <number>',
  summary: 'Run the action of a step; where others must agree, ask for it or agree to it',
  effect: 'changes',
  examples: [`incident run ${id} 3`],
  async run([wanted = '', number = ''], _options, { settings, output, signal }) {
    const params = { id: wanted, index: indexOf(number) };
    const incident = await askApi(settings, (api) => api.call(routes.runIncidentStep, { params, signal }));
    output.json(incident);
    print(incident, output);
    return 0;
  },
};

const review: CliCommand = {
  usage: 'review <id> <summary>',
  summary: 'Write what happened and what was learnt, once it is over',
  effect: 'changes',
  examples: [`incident review ${id} "A session was left open in psql."`],
  run: ([wanted = '', summary = ''], _options, context) => work(context, wanted, { do: 'review', summary }),
};

const action: CliCommand = {
  usage: 'action <id> <text>',
  summary: 'Add something to do so that it does not happen again; it stays open until there is evidence',
  effect: 'changes',
  examples: [`incident action ${id} "End idle transactions after 5 min" --owner platform --due 2026-12-11`],
  configure: (command) => command.requiredOption('--owner <team>', 'who does it').option('--due <date>', 'until when'),
  run: ([wanted = '', text = ''], options, context) => {
    const due = typeof options['due'] === 'string' ? options['due'] : null;
    return work(context, wanted, { do: 'add-action', text, owner: String(options['owner']), due });
  },
};

const evidence: CliCommand = {
  usage: 'evidence <id> <action> <evidence>',
  summary: 'Close an action of the review with what shows that it was done: an address, or ledger/4711, drill/…',
  effect: 'changes',
  examples: [`incident evidence ${id} 0f5d2f0e-0c9b-4f7e-9a53-0d8f5a3c1d11 ledger/4711`],
  run: ([wanted = '', actionId = '', shown = ''], _options, context) =>
    work(context, wanted, { do: 'close-action', id: actionId, evidence: shown }),
};

const close: CliCommand = {
  usage: 'close <id>',
  summary: 'Close an incident: after the review, with every action evidenced',
  effect: 'changes',
  examples: [`incident close ${id}`],
  run: ([wanted = ''], _options, context) => work(context, wanted, { do: 'close' }),
};

/** `plimsoll incident …`: from detection to closure. */
export const incidentGroup: CliGroup = {
  name: 'incident',
  summary: 'Incidents from detection to closure, and what they add up to',
  commands: [list, show, take, assign, step, run, communicateCommand, review, action, evidence, close, figuresCommand],
};
