import { z } from 'zod';
import { Fault } from '../../../core/kernel/index.ts';
import { askApi } from '../../api-client.ts';
import { ApiProblem, resource, routes } from '../../contract/index.ts';
import type { CliCommand, CliGroup } from '../command.ts';

const list: CliCommand = {
  usage: 'list',
  summary: 'List the environments with their lifecycle and health',
  effect: 'read-only',
  examples: ['environment list', 'environment list --json'],
  async run(_args, _options, { settings, output }) {
    const { items } = await askApi(settings, (api) => api.call(routes.listEnvironments, {}));
    output.json({ environments: items });
    for (const { name, lifecycle, business, infrastructure } of items) {
      output.line(`${name}\t${lifecycle}\tbusiness ${business.health}\tinfrastructure ${infrastructure.health}`);
    }
    return 0;
  },
};

const transition: CliCommand = {
  usage: 'transition <environment> <state>',
  summary: 'Move an environment through its lifecycle; an illegal move is refused and recorded',
  effect: 'changes',
  examples: [
    'environment transition acme-prod active --reason "Accepted by the warehouse"',
    'environment transition acme-old retired --reason "Replaced by acme-prod"',
  ],
  configure: (command) => {
    command.option('--reason <text>', 'why; it stands in the ledger', 'Asked for on the command line.');
  },
  async run([name = '', state = ''], options, { settings, output }) {
    const to = resource.lifecycleState.safeParse(state);
    if (!to.success) {
      throw new Fault('SETTING_INVALID', `${state} is not a state: ${resource.lifecycleState.options.join(', ')}.`);
    }
    const body = { to: to.data, reason: z.string().parse(options['reason']) };
    try {
      const answer = await askApi(settings, (api) => api.call(routes.changeLifecycle, { params: { name }, body }));
      output.json(answer);
      output.line(`${name} is ${answer.state}`);
      return 0;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 409) throw error;
      output.json({ problem: error.problem });
      const { reasons = [], detail } = error.problem;
      output.line(`${output.style('red', 'refused')}: ${detail}`);
      for (const reason of reasons) output.line(`  ${reason.hint}`);
      return 1;
    }
  },
};

/** `plimsoll environment`. */
export const environmentGroup: CliGroup = {
  name: 'environment',
  summary: 'Environments and their lifecycle',
  commands: [list, transition],
};
