import type { ComponentTable } from '../../../ports/host.ts';
import { restartComponent } from '../../../workflows/restart-component.ts';
import { openEnvironment } from '../../wire-up.ts';
import type { CliCommand, CliGroup, CommandContext, CommandOptions } from '../command.ts';
import { environmentIn, estateFrom, estateOption } from '../estate-option.ts';

async function tableOf(name: string, options: CommandOptions, context: CommandContext): Promise<ComponentTable> {
  const estate = await estateFrom(options, context.settings);
  const { settings } = context;
  const request = { settings, repositories: estate.repositories, deadlines: [] };
  return (await openEnvironment(environmentIn(estate, name), request)).components;
}

const stop: CliCommand = {
  usage: 'stop <environment> <component>',
  summary: 'Stop one process class of an environment and keep it stopped: postgres, web, gevent or cron',
  effect: 'changes',
  examples: ['component stop acme-prod web', 'component stop acme-prod cron --json'],
  configure: (command) => command.option(...estateOption),
  async run([environment = '', component = ''], options, context) {
    const table = await tableOf(environment, options, context);
    // Held first: the supervisor must not heal what is being stopped on purpose.
    await table.hold(component, true);
    const how = await table.stop(component);
    context.output.json({ environment, component, how });
    context.output.line(
      `${component} of ${environment}: ${how === 'was-gone' ? 'was not running' : how}. It stays stopped.`,
    );
    return 0;
  },
};

const start: CliCommand = {
  usage: 'start <environment> <component>',
  summary: 'Start a process class that was stopped, and let it be kept up again',
  effect: 'changes',
  examples: ['component start acme-prod web'],
  configure: (command) => command.option(...estateOption),
  async run([environment = '', component = ''], options, context) {
    const table = await tableOf(environment, options, context);
    await table.start(component, context.signal);
    await table.hold(component, false);
    context.output.json({ environment, component, how: 'started' });
    context.output.line(`${component} of ${environment}: running.`);
    return 0;
  },
};

const restart: CliCommand = {
  usage: 'restart <environment> <component>',
  summary: 'Stop a process class and start it again; one that is stopped on purpose stays so',
  effect: 'changes',
  examples: ['component restart acme-prod web'],
  configure: (command) => command.option(...estateOption),
  async run([environment = '', component = ''], options, context) {
    const table = await tableOf(environment, options, context);
    const { isGood, note } = await restartComponent(table, component, environment, context.signal);
    context.output.json({ environment, component, isRestarted: isGood, note });
    context.output.line(`${environment}: ${note}.`);
    return isGood ? 0 : 1;
  },
};

const list: CliCommand = {
  usage: 'list <environment>',
  summary: 'Show the process classes of an environment',
  effect: 'read-only',
  examples: ['component list acme-prod --json'],
  configure: (command) => command.option(...estateOption),
  async run([environment = ''], options, context) {
    const listed = await (await tableOf(environment, options, context)).list();
    context.output.json({ components: listed });
    for (const { component, isAlive, isHeld, pid } of listed) {
      const process = pid === undefined ? 'running' : `running (process ${pid})`;
      const state = isAlive ? process : isHeld ? 'stopped by an operator' : 'not running';
      context.output.line(`${component.padEnd(9)} ${state}`);
    }
    return 0;
  },
};

/** `plimsoll component …`: the process classes of an environment that Plimsoll keeps up on this machine. */
export const componentGroup: CliGroup = {
  name: 'component',
  summary: 'Stop, start, restart and list the process classes of an environment',
  commands: [list, stop, start, restart],
};
