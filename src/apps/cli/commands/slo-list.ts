import type { z } from 'zod';
import { formatPercent } from '../../../core/kernel/index.ts';
import { askApi } from '../../api-client.ts';
import { type resource, routes } from '../../contract/index.ts';
import type { CliCommand } from '../command.ts';
import type { Output } from '../output.ts';

type Objective = z.output<typeof resource.objective>;

const colours = { met: 'green', 'at-risk': 'yellow', breached: 'red', unknown: 'yellow' } as const;
const states = Object.keys(colours);

const percent = (ratio: number | null): string => (ratio === null ? '-' : formatPercent(ratio, 2));
/** Percentage points, with their sign. */
const points = (ratio: number | null): string => {
  if (ratio === null) return '-';
  return `${ratio >= 0 ? '+' : ''}${Number((ratio * 100).toFixed(2))} pp`;
};

function printObjective(objective: Objective, output: Output): void {
  const state = output.style(colours[objective.state], objective.state.padEnd(8));
  const burns = objective.firing.map(({ severity, window }) => `${severity} ${window}`).join(', ');
  const figures = `${percent(objective.attainment).padStart(8)} of ${percent(objective.targetRatio)}, budget ${percent(objective.budgetRemaining)}`;
  const marks = [
    objective.condition === 'working' ? '' : objective.condition,
    objective.isCompromised ? 'compromised' : '',
    burns === '' ? '' : `burns: ${burns}`,
    objective.isStale ? 'not judged of late' : '',
  ].filter((mark) => mark !== '');
  output.line(`${state} ${figures}  ${objective.key}${marks.length === 0 ? '' : `  (${marks.join('; ')})`}`);
}

/** Whether anything is overspent or burns: what a script wants to know. */
const exitCodeOf = (objectives: readonly Objective[]): number =>
  objectives.some(({ state }) => state === 'breached' || state === 'at-risk') ? 1 : 0;

/** `plimsoll slo list`. */
export const listCommand: CliCommand = {
  usage: 'list [environment]',
  summary: 'How every objective and commitment stands; exit code 1 where one is breached or at risk',
  effect: 'read-only',
  examples: ['slo list', 'slo list acme-prod', 'slo list --state breached --json'],
  configure: (command) => command.option('--state <state>', `only those that are ${states.join(', ')}`),
  async run([environment], options, { settings, output }) {
    const state = options['state'] as Objective['state'] | undefined;
    const query = { ...(environment === undefined ? {} : { environment }), ...(state === undefined ? {} : { state }) };
    const { items } = await askApi(settings, (api) => api.call(routes.listObjectives, { query }));
    output.json({ objectives: items });
    const ours = items.filter(({ commitment }) => commitment === null);
    const promised = items.filter(({ commitment }) => commitment !== null);
    if (items.length === 0)
      output.line('Nothing is judged. Declare `objectives:` in a BusinessService, and let `plimsoll serve` run.');
    for (const objective of ours) printObjective(objective, output);
    if (promised.length > 0) output.line(output.style('bold', 'Promised to customers'));
    for (const objective of promised) {
      printObjective(objective, output);
      output.line(`         margin ${points(objective.marginRatio)}`);
    }
    return exitCodeOf(items);
  },
};

function printDetail(objective: Objective, output: Output): void {
  printObjective(objective, output);
  output.line(`  ${objective.promise}; ${objective.reason}`);
  output.line(`  ${objective.good} good of ${objective.total}, ${objective.window.from} to ${objective.window.to}`);
  output.line(
    `  margin ${points(objective.marginRatio)}; ordinary times ${percent(objective.normal.attainment)}${objective.peak === null ? '' : `, peaks ${percent(objective.peak.attainment)}`}`,
  );
  for (const { severity, window, burnRate, since } of objective.firing) {
    output.line(`  ${severity}: ${burnRate.toFixed(1)} × the budget's pace over ${window}, since ${since}`);
  }
  for (const { from, to, reason, source, total } of objective.excluded) {
    output.line(`  excluded (${source}): ${from} to ${to}, ${reason}; ${total} counted in it`);
  }
  for (const { from, to } of objective.gaps) output.line(`  gap: ${from} to ${to}, nothing is known`);
}

/** `plimsoll slo show`. */
export const showCommand: CliCommand = {
  usage: 'show <key>',
  summary: 'One objective: what it came to, what burns, what is excluded, what is not known',
  effect: 'read-only',
  examples: [
    'slo show acme-prod.shipment-confirmation.availability-30d',
    'slo show acme-prod.shipment-confirmation.availability-30d --json',
  ],
  async run([key = ''], _options, { settings, output }) {
    const objective = await askApi(settings, (api) => api.call(routes.getObjective, { params: { key }, query: {} }));
    output.json(objective);
    printDetail(objective, output);
    return exitCodeOf([objective]);
  },
};
