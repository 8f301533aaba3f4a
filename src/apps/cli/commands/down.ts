import { stopEverything, stopSupervisor } from '../../wire-up.ts';
import type { CliCommand } from '../command.ts';

/** `plimsoll down`: stops what bring-ups of this state directory started, and nothing else. */
export const downCommand: CliCommand = {
  usage: 'down [directory]',
  summary: 'Stop everything that `plimsoll up` started, and nothing else',
  effect: 'changes',
  examples: ['down examples/northsea', 'down --json'],
  async run(_args, _options, { settings, output }) {
    const hadSupervisor = await stopSupervisor(settings.stateDirectory);
    // The supervisor stops its components itself; what one that was killed left behind is stopped here.
    const stopped = await stopEverything(settings);
    output.json({ supervisor: hadSupervisor, stopped });
    for (const one of stopped) {
      const what = 'pid' in one ? `process ${one.pid}` : `container ${one.container}`;
      output.line(`${one.how} ${one.component} (${what})`);
    }
    if (hadSupervisor) output.line('Stopped the bring-up and all that it started.');
    else if (stopped.length === 0) output.line(`Nothing that Plimsoll started runs from ${settings.stateDirectory}.`);
    return 0;
  },
};
