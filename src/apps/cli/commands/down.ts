import { stopRecorded, stopSupervisor } from '../../wire-up.ts';
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
    const stopped = await stopRecorded(settings.stateDirectory);
    output.json({ supervisor: hadSupervisor, stopped });
    for (const { component, pid, how } of stopped) output.line(`${how} ${component} (process ${pid})`);
    if (hadSupervisor) output.line('Stopped the bring-up and all that it started.');
    else if (stopped.length === 0) output.line(`Nothing that Plimsoll started runs from ${settings.stateDirectory}.`);
    return 0;
  },
};
