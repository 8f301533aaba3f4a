import type { z } from 'zod';
import { formatDuration } from '../../../core/kernel/index.ts';
import { askApi } from '../../api-client.ts';
import { type resource, routes } from '../../contract/index.ts';
import type { CliCommand, CliGroup } from '../command.ts';
import type { Output } from '../output.ts';
import { onCallCommand, unansweredCommand } from './alert-readiness.ts';

type Alert = z.output<typeof resource.alert>;

const colours = { page: 'red', ticket: 'yellow', note: 'dim' } as const;

function ageOf(at: string): string {
  const seconds = Temporal.Now.instant().since(Temporal.Instant.from(at)).total('seconds');
  return formatDuration(Math.max(0, Math.round(seconds)));
}

function stateOf({ resolvedAt, acknowledgedBy, partOf }: Alert): string {
  if (resolvedAt !== null) return 'over';
  if (acknowledgedBy !== null) return `taken by ${acknowledgedBy}`;
  return partOf === null ? 'open' : 'follows from another';
}

function print(alert: Alert, output: Output): void {
  output.line(`${output.style(colours[alert.urgency], alert.urgency.padEnd(6))} ${output.style('bold', alert.impact)}`);
  output.line(`       ${alert.summary}`);
  const owner = alert.owner ?? 'nobody answers for it';
  output.line(
    `       ${alert.code}, ${alert.class}, since ${ageOf(alert.startedAt)}, ${stateOf(alert)}, ${owner}, id ${alert.id}`,
  );
}

const list: CliCommand = {
  usage: 'list',
  summary: 'List alerts by what the business loses, the most important first',
  effect: 'read-only',
  examples: ['alerts list', 'alerts list --environment acme-prod --all --json'],
  configure: (command) =>
    command.option('--environment <name>', 'only of this one').option('--all', 'also those that are over'),
  async run(_args, options, { settings, output, signal }) {
    const environment = typeof options['environment'] === 'string' ? options['environment'] : undefined;
    const includeResolved = options['all'] === true ? 'true' : 'false';
    const query = { environment, includeResolved, limit: 200 } as const;
    const { items } = await askApi(settings, (api) => api.call(routes.listAlerts, { query, signal }));
    output.json({ alerts: items });
    for (const alert of items) print(alert, output);
    if (items.length === 0)
      output.line('No alert. `plimsoll alerts unanswered` lists what is watched and has no owner or runbook.');
    return 0;
  },
};

const show: CliCommand = {
  usage: 'show <id>',
  summary: 'Show an alert: what led to it, what to do, and who was told',
  effect: 'read-only',
  examples: [
    'alerts show 7b6c2f0e-0c9b-4f7e-9a53-0d8f5a3c1d11',
    'alerts show 7b6c2f0e-0c9b-4f7e-9a53-0d8f5a3c1d11 --json',
  ],
  async run([id = ''], _options, { settings, output, signal }) {
    const alert = await askApi(settings, (api) => api.call(routes.getAlert, { params: { id }, signal }));
    output.json(alert);
    print(alert, output);
    output.line(`       weighs ${alert.weight.toFixed(1)}: ${alert.because.join(', ')}`);
    for (const { code, subject, summary } of alert.parts) output.line(`  ${code} ${subject}: ${summary}`);
    if (alert.response.length > 0) output.line(alert.runbook === null ? 'What to do:' : `Runbook ${alert.runbook}:`);
    alert.response.forEach((step, index) => void output.line(`  ${index + 1}. ${step}`));
    for (const { kind, team, people, channel, state, attempts, problem } of alert.messages) {
      const who = people.length === 0 ? team : `${people.join(', ')} of ${team}`;
      output.line(
        `  told (${kind}) ${who} by ${channel}: ${state} after ${attempts} attempts${problem === null ? '' : `, ${problem}`}`,
      );
    }
    return 0;
  },
};

const acknowledge: CliCommand = {
  usage: 'acknowledge <id>',
  summary: 'Take an alert: nobody further up is called for it',
  effect: 'changes',
  examples: ['alerts acknowledge 7b6c2f0e-0c9b-4f7e-9a53-0d8f5a3c1d11'],
  async run([id = ''], _options, { settings, output, signal }) {
    const alert = await askApi(settings, (api) => api.call(routes.acknowledgeAlert, { params: { id }, signal }));
    output.json(alert);
    output.line(`${alert.code} is taken by ${alert.acknowledgedBy ?? 'nobody: it is over'}.`);
    return 0;
  },
};

const noise: CliCommand = {
  usage: 'noise',
  summary: 'How much alerts have asked for in the last days, and whether anybody needed it',
  effect: 'read-only',
  examples: ['alerts noise', 'alerts noise --days 7 --json'],
  configure: (command) => command.option('--days <number>', 'how many days back', '30'),
  async run(_args, options, { settings, output, signal }) {
    const query = { days: Number(options['days']) };
    const found = await askApi(settings, (api) => api.call(routes.getAlertNoise, { query, signal }));
    output.json(found);
    const share =
      found.nobodyNeededRatio === null
        ? 'none was told and is over'
        : `${Math.round(found.nobodyNeededRatio * 100)} % of those told were over before anybody took them`;
    output.line(`${found.alerts} alerts, ${found.messages} calls, ${found.spared} spared by grouping; ${share}.`);
    for (const { code, fired, told, pages, repeats, nobodyNeeded } of found.byCode) {
      output.line(
        `  ${code.padEnd(28)} ${fired} fired, ${told} told (${pages} pages), ${repeats} came back, ${nobodyNeeded} needed nobody`,
      );
    }
    return 0;
  },
};

/** `plimsoll alerts …`: what is wrong for whom, who has it, and who would come. */
export const alertsGroup: CliGroup = {
  name: 'alerts',
  summary: 'Alerts by what the business loses, who was told and who has them',
  commands: [list, show, acknowledge, noise, unansweredCommand, onCallCommand],
};
