import { type ForecastAt, readBacklog, replayForecast } from '../../../core/forecast/index.ts';
import { Fault, formatDuration, formatPercent } from '../../../core/kernel/index.ts';
import { readNamedFile } from '../../wire-replay.ts';
import type { CliCommand, CliGroup } from '../command.ts';
import { printDiagnostics } from '../diagnostics.ts';
import type { Output } from '../output.ts';
import { readZone } from '../read-zone.ts';

const replayCommand: CliCommand = {
  usage: 'replay',
  summary: 'Forecast a recorded backlog against its cut-off, as it would have been forecast live',
  effect: 'read-only',
  examples: [
    'forecast replay --series examples/objectives/late-surge.csv --cutoff 2026-11-23T17:00 --timezone Europe/Amsterdam',
    'forecast replay --series examples/objectives/late-surge.csv --cutoff 2026-11-23T16:00:00Z --json',
  ],
  configure: (command) =>
    command
      .requiredOption(
        '--series <file>',
        'CSV with a header: at,backlog,arrived,drained; earlier days in it teach the usual day',
      )
      .requiredOption('--cutoff <time>', 'an instant with Z or an offset, or a local time in --timezone')
      .option('--timezone <zone>', "the site's zone, such as Europe/Amsterdam", 'UTC'),
  async run(_args, options, { output }) {
    const timezone = readZone(String(options['timezone']));
    const cutOff = readCutOff(String(options['cutoff']), timezone);
    const file = await readNamedFile('--series', String(options['series']));
    const { points, diagnostics } = readBacklog(file.path, file.text);
    if (diagnostics.length > 0) {
      output.json({ diagnostics });
      printDiagnostics(diagnostics, [file], output);
      return 1;
    }
    const said = replayForecast(points, cutOff, timezone);
    if (said.length === 0) {
      const day = cutOff.toZonedDateTimeISO(timezone).toPlainDate().toString();
      throw new Fault('SETTING_INVALID', `--cutoff: the series has no row of ${day} (${timezone}) before the cut-off`);
    }
    output.json(said);
    printForecasts(said, cutOff, timezone, output);
    return 0;
  },
};

function readCutOff(text: string, timezone: string): Temporal.Instant {
  try {
    if (/(Z|[+-]\d\d:?\d\d)$/i.test(text)) return Temporal.Instant.from(text);
    return Temporal.PlainDateTime.from(text).toZonedDateTime(timezone).toInstant();
  } catch (cause) {
    const forms = '2026-11-23T16:00:00Z, or 2026-11-23T17:00 with --timezone';
    throw new Fault('SETTING_INVALID', `--cutoff ${text}: not a time; write ${forms}`, { cause });
  }
}

/** Changes only: a day has hundreds of looks, and a reader wants to know when something was said. */
function printForecasts(said: readonly ForecastAt[], cutOff: Temporal.Instant, timezone: string, output: Output): void {
  const local = (at: Temporal.Instant): string =>
    at.toZonedDateTimeISO(timezone).toPlainTime().toString({ smallestUnit: 'minute' });
  output.line(
    `cut-off ${cutOff.toZonedDateTimeISO(timezone).toString({ timeZoneName: 'never', smallestUnit: 'minute' })} ${timezone}`,
  );
  said.forEach((each, index) => {
    const isLast = index === said.length - 1;
    const hasChanged = index === 0 ? each.warns : said[index - 1]?.warns !== each.warns;
    if (!(hasChanged || isLast)) return;
    const left = formatDuration(cutOff.since(each.at).total('seconds'));
    const verdict = each.warns ? output.style('red', 'warns ') : output.style('green', 'quiet ');
    const chance = `${formatPercent(each.probabilityClears, 0)} to clear`;
    output.line(
      `${local(each.at)}  ${verdict} ${left} left: backlog ${each.backlog}, ${chance}, ${each.expectedLeft.toFixed(0)} expected to miss it`,
    );
  });
}

/** `plimsoll forecast …` */
export const forecastGroup: CliGroup = {
  name: 'forecast',
  summary: 'Cut-off forecasts: will the backlog clear before the lorry leaves?',
  commands: [replayCommand],
};
