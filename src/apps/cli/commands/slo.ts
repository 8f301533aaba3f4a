import { formatDuration, formatPercent } from '../../../core/kernel/index.ts';
import {
  type Objective,
  type Page,
  type Replay,
  readObjective,
  readPoints,
  replay,
} from '../../../core/objective/index.ts';
import { readNamedFile } from '../../wire-replay.ts';
import type { CliCommand, CliGroup } from '../command.ts';
import { printDiagnostics } from '../diagnostics.ts';
import type { Output } from '../output.ts';
import { readZone } from '../read-zone.ts';
import { listCommand, showCommand } from './slo-list.ts';

const replayCommand: CliCommand = {
  usage: 'replay',
  summary: 'Judge a recorded series by an objective, as it would have been judged live',
  effect: 'read-only',
  examples: [
    'slo replay --objective examples/objectives/shipping.yaml --series examples/objectives/quiet-outage.csv',
    'slo replay --objective examples/objectives/shipping.yaml --series examples/objectives/quiet-outage.csv --json',
  ],
  configure: (command) =>
    command
      .requiredOption('--objective <file>', 'YAML as in a BusinessService: { availability: 99.5%, window: 30d }')
      .requiredOption('--series <file>', 'CSV with a header: at,good,total[,latency_seconds]')
      .option(
        '--timezone <zone>',
        'where a week, month or quarter begins at midnight, such as Europe/Amsterdam',
        'UTC',
      ),
  async run(_args, options, { output }) {
    const objectiveFile = await readNamedFile('--objective', String(options['objective']));
    const seriesFile = await readNamedFile('--series', String(options['series']));
    const read = readObjective(objectiveFile.path, objectiveFile.text, readZone(String(options['timezone'])));
    const latencySeconds = read.kind === 'objective' ? read.objective.latencySeconds : undefined;
    const series = readPoints(seriesFile.path, seriesFile.text, latencySeconds);
    const diagnostics = [...(read.kind === 'invalid' ? read.diagnostics : []), ...series.diagnostics];
    if (read.kind === 'invalid' || diagnostics.length > 0) {
      output.json({ diagnostics });
      printDiagnostics(diagnostics, [objectiveFile, seriesFile], output);
      return 1;
    }
    const judged = replay(series.points, read.objective);
    output.json(judged);
    printReplay(judged, read.objective, output);
    return 0;
  },
};

const percent = (ratio: number | null): string => (ratio === null ? 'nothing was counted' : formatPercent(ratio, 3));

function printReplay(judged: Replay, { windowSeconds, calendar }: Objective, output: Output): void {
  const counted = `${judged.good} good of ${judged.total}`;
  const window = calendar === undefined ? formatDuration(windowSeconds) : `the ${calendar.period} it ends in`;
  output.line(`attainment        ${output.style('bold', percent(judged.attainment))}  (${counted}, ${window})`);
  const isSpent = (judged.budgetRemaining ?? 0) < 0;
  output.line(`budget remaining  ${output.style(isSpent ? 'red' : 'green', percent(judged.budgetRemaining))}`);
  for (const period of judged.periods) output.line(describePeriod(period, calendar?.timezone ?? 'UTC', output));
  for (const { from, to, reason, total } of judged.excluded) {
    output.line(`excluded          ${from.toString()} to ${to.toString()}: ${reason} (${total} counted in it)`);
  }
  for (const { from, to } of judged.gaps) {
    output.line(
      output.style('yellow', `gap               ${from.toString()} to ${to.toString()}: nothing was recorded`),
    );
  }
  if (judged.pages.length === 0) output.line('alerts            nobody would have been told');
  for (const page of judged.pages) output.line(describePage(page, output));
}

function describePeriod(period: Replay['periods'][number], timezone: string, output: Output): string {
  const { from, attainment, good, total, budgetRemaining, isUnderWay } = period;
  const first = from.toZonedDateTimeISO(timezone).toPlainDate().toString();
  const budget = output.style((budgetRemaining ?? 0) < 0 ? 'red' : 'green', percent(budgetRemaining));
  const far = isUnderWay ? ', under way' : '';
  return `from ${first}   ${percent(attainment)}  (${good} good of ${total}${far}), budget ${budget}`;
}

function describePage(page: Page, output: Output): string {
  const until = page.until === null ? 'still burning at the end' : `until ${page.until.toString()}`;
  const how = page.isLowTraffic ? 'judged by events, for little traffic' : `over ${page.window}`;
  const label = output.style(page.severity === 'page' ? 'red' : 'yellow', page.severity.padEnd(17));
  return `${label} ${page.at.toString()}: ${page.burnRate.toFixed(1)} × the budget's pace, ${how}, ${until}`;
}

/** `plimsoll slo …` */
export const sloGroup: CliGroup = {
  name: 'slo',
  summary: 'Objectives of business services: what was promised and how it is kept',
  commands: [listCommand, showCommand, replayCommand],
};
