import { type CoverageItem, coverageOf, subjects } from '../../../core/coverage/index.ts';
import { requireEstate } from '../../wire-estate.ts';
import type { CliCommand } from '../command.ts';
import type { Output } from '../output.ts';

function print(item: CoverageItem, output: Output): void {
  const name = item.environment === null ? item.name : `${item.environment}/${item.name}`;
  const mark = item.isWatched ? output.style('green', 'watched  ') : output.style('red', 'unwatched');
  const by = item.by.map(({ watch, what }) => `${watch}: ${what}`).join('; ');
  output.line(`${mark}  ${name}${by === '' ? '' : `  ${by}`}`);
  for (const { watch, how } of item.lacks) output.line(`             no ${watch}. ${how}`);
}

/** `plimsoll coverage`: what is watched by what, and what by nothing (OBS-13). */
export const coverageCommand: CliCommand = {
  usage: 'coverage [directory]',
  summary:
    'Show which services, sites, integrations, components and backups are watched by what; exit code 1 where something is watched by nothing',
  effect: 'read-only',
  examples: ['coverage', 'coverage examples/northsea', 'coverage examples/northsea --json'],
  async run([directory = '.'], _options, { output }) {
    const items = coverageOf(await requireEstate(directory));
    output.json({ items });
    for (const subject of subjects) {
      const own = items.filter((item) => item.subject === subject);
      const blind = own.filter(({ isWatched }) => !isWatched).length;
      if (own.length === 0) continue;
      output.line(output.style('bold', `${subject}: ${own.length - blind} of ${own.length} watched`));
      for (const item of own) print(item, output);
    }
    return items.some(({ isWatched }) => !isWatched) ? 1 : 0;
  },
};
