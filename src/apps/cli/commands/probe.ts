import { unprovenNote } from '../../../core/observe/index.ts';
import { probeEnvironment } from '../../../workflows/probe-environment.ts';
import { createObserver, nextCutOffsOf } from '../../wire-observe.ts';
import type { CliCommand } from '../command.ts';
import { environmentIn, estateFrom, estateOption } from '../estate-option.ts';
import { printCollectors, printVerdict } from '../health-lines.ts';

/** `plimsoll probe ENV`: one look right now. */
export const probeCommand: CliCommand = {
  usage: 'probe <environment>',
  summary: 'Take one look at a running Odoo right now: infrastructure and business health with their reasons',
  effect: 'read-only',
  examples: ['probe acme-prod', 'probe acme-prod --samples', 'probe acme-prod --estate examples/northsea --json'],
  configure: (command) => command.option(...estateOption).option('--samples', 'also print every figure that was read'),
  async run([name = ''], options, { settings, output, signal }) {
    const estate = await estateFrom(options, settings);
    const environment = environmentIn(estate, name);
    const observer = createObserver(settings);
    try {
      const nextCutOffs = nextCutOffsOf(environment, observer.clock.now());
      const { health, collectors, samples } = await probeEnvironment(
        observer,
        environment,
        { services: estate.services, nextCutOffs },
        signal,
      );
      const unproven = unprovenNote(environment.odoo.version);
      output.json({ ...health, collectors, samples, unproven: unproven ?? null });
      if (unproven !== undefined) output.note(output.style('yellow', unproven));
      printVerdict('infrastructure', health.infrastructure, output);
      printVerdict('business', health.business, output);
      output.line('collectors');
      printCollectors(collectors, output);
      if (options['samples'] === true) {
        for (const { metric, labels, value } of samples) {
          const text = Object.entries(labels).map(([label, of]) => `${label}=${of}`);
          output.line(`  ${metric}${text.length === 0 ? '' : `{${text.join(', ')}}`} ${value}`);
        }
      }
      return health.business.health === 'healthy' && health.infrastructure.health === 'healthy' ? 0 : 1;
    } finally {
      await observer.close();
    }
  },
};
