import type { z } from 'zod';
import { formatDuration, formatPercent } from '../../../core/kernel/index.ts';
import { askApi } from '../../api-client.ts';
import { type resource, routes } from '../../contract/index.ts';
import type { CliCommand } from '../command.ts';
import type { Output } from '../output.ts';

type Rise = z.output<typeof resource.rises>['items'][number];

function printRise({ title, unit, usual, now, since, reading, causes }: Rise, output: Output): void {
  const level = (value: number): string =>
    unit === 'seconds' ? formatDuration(Math.round(value)) : String(Math.round(value));
  output.line(output.style('bold', `${title}: ${level(now)}, usually ${level(usual)}, since ${since}`));
  output.line(`  ${reading}`);
  for (const [index, cause] of causes.entries()) {
    output.line(`  ${index + 1}. ${cause.title} (${formatPercent(cause.strength, 0)} speaks for it)`);
    for (const each of cause.evidence) output.line(`     - ${each}`);
    output.line(`     ${cause.action}`);
  }
}

/** `plimsoll causes`: what may stand behind delays and backlogs that rise. */
export const causesCommand: CliCommand = {
  usage: 'causes <environment>',
  summary: 'Show which delays and backlogs have risen, and their likely causes with what speaks for each',
  effect: 'read-only',
  examples: ['causes acme-prod', 'causes acme-prod --json'],
  async run([name = ''], _options, { settings, output, signal }) {
    const rises = await askApi(settings, (api) => api.call(routes.getRises, { params: { name }, signal }));
    output.json(rises);
    if (rises.items.length === 0) {
      output.line('No delay and no backlog is clearly above what it was over the last day.');
    }
    for (const rise of rises.items) printRise(rise, output);
    return rises.items.length === 0 ? 0 : 1;
  },
};
