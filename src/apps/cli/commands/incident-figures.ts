import { formatDuration } from '../../../core/kernel/index.ts';
import { askApi } from '../../api-client.ts';
import { routes } from '../../contract/index.ts';
import type { CliCommand } from '../command.ts';

function told({ seconds, count }: { readonly seconds: number | null; readonly count: number }): string {
  return seconds === null ? 'nothing to measure' : `${formatDuration(Math.round(seconds))} (of ${count})`;
}

/** `plimsoll incident figures` (MET-05, MET-06, MET-14). */
export const figuresCommand: CliCommand = {
  usage: 'figures',
  summary: 'Mean times to detect, acknowledge and recover, with what they may mean',
  effect: 'read-only',
  examples: ['incident figures', 'incident figures --days 90 --environment acme-prod --json'],
  configure: (command) =>
    command.option('--days <number>', 'how many days back', '30').option('--environment <name>', 'only of this one'),
  async run(_args, options, { settings, output, signal }) {
    const environment = typeof options['environment'] === 'string' ? options['environment'] : undefined;
    const query = { days: Number(options['days']), environment };
    const figures = await askApi(settings, (api) => api.call(routes.getIncidentFigures, { query, signal }));
    output.json(figures);
    output.line(
      `${figures.incidents} incidents; ${figures.untaken} over before anybody took them; ${figures.openActions} actions open`,
    );
    output.line(`MTTD  ${told(figures.meanTimeToDetect)}  from the beginning of the fault to its detection`);
    output.line(`MTTA  ${told(figures.meanTimeToAcknowledge)}  from detection to somebody having it`);
    output.line(`MTTR  ${told(figures.meanTimeToRecover)}  from the beginning of the fault to recovery`);
    for (const { reading, candidates } of figures.interpretations) {
      output.line(reading);
      for (const { cause, evidence } of candidates) output.line(`  perhaps ${cause}: ${evidence}`);
    }
    return 0;
  },
};
