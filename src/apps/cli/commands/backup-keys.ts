import { Fault } from '../../../core/kernel/index.ts';
import { checkKeys, createKeys, listKeys } from '../../wire-keys.ts';
import type { CliCommand, CliGroup, CommandContext, CommandOptions } from '../command.ts';
import { estateFrom, estateOption } from '../estate-option.ts';

const repositoryOption = ['--repository <name>', 'which Repository of the estate (default: the only one)'] as const;

async function repositoryFrom(options: CommandOptions, { settings }: CommandContext) {
  const { name, repositories } = await estateFrom(options, settings);
  const wanted = options['repository'];
  const found = repositories.filter((repository) => wanted === undefined || repository.name === wanted);
  const [repository] = found;
  if (repository !== undefined && found.length === 1) return repository;
  const names = repositories.map((each) => each.name).join(', ');
  throw new Fault(
    'REPOSITORY_INVALID',
    `Name one Repository of ${name} with --repository; there are: ${names || 'none'}.`,
  );
}

const create: CliCommand = {
  usage: 'create',
  summary: 'Create the keys that a Repository names and that do not exist yet',
  effect: 'changes',
  examples: ['backup keys create', 'backup keys create --repository vault'],
  configure: (command) => command.option(...estateOption).option(...repositoryOption),
  async run(_args, options, context) {
    const { output, settings } = context;
    const { made, recovery } = await createKeys(await repositoryFrom(options, context), settings);
    output.json({ made, recovery: recovery ?? null });
    for (const file of made) output.line(`${output.style('green', 'created')} ${file}`);
    if (made.length === 0) output.line('Every key that the Repository names is there.');
    if (recovery !== undefined) {
      output.line('');
      output.line(
        `${recovery} opens every backup. Move it to a safe place off this machine, and try it there from time to time:`,
      );
      output.line('  plimsoll backup keys check --with file:/path/to/recovery-identity');
    }
    return 0;
  },
};

const list: CliCommand = {
  usage: 'list',
  summary: 'Show which keys seal, open and sign, by their ids; never a key itself',
  effect: 'read-only',
  examples: ['backup keys list', 'backup keys list --json'],
  configure: (command) => command.option(...estateOption).option(...repositoryOption),
  async run(_args, options, context) {
    const { output, settings } = context;
    const keys = await listKeys(await repositoryFrom(options, context), settings);
    output.json({ keys });
    for (const { purpose, id, where } of keys) output.line(`${purpose.padEnd(9)} ${id}  ${output.style('dim', where)}`);
    return 0;
  },
};

const check: CliCommand = {
  usage: 'check',
  summary: 'Prove that the keys seal, open and sign, and that they open the backups there are',
  effect: 'read-only',
  examples: ['backup keys check', 'backup keys check --with file:/media/vault/recovery-identity'],
  configure: (command) =>
    command
      .option(...estateOption)
      .option(...repositoryOption)
      .option('--with <reference>', 'try this identity instead of the declared one, as env:NAME or file:/path'),
  async run(_args, options, context) {
    const { output, settings } = context;
    const given = options['with'];
    const checks = await checkKeys(await repositoryFrom(options, context), settings, {
      identity: typeof given === 'string' ? given : undefined,
    });
    const isGood = checks.every(({ isPassed }) => isPassed);
    output.json({ isGood, checks });
    for (const { isPassed, what, detail } of checks) {
      output.line(`${isPassed ? output.style('green', 'passed') : output.style('red', 'failed')}  ${what}: ${detail}`);
    }
    return isGood ? 0 : 1;
  },
};

/** `plimsoll backup keys …`. */
export const keysGroup: CliGroup = {
  name: 'keys',
  summary: 'The keys that backups are sealed to, opened with and signed by',
  commands: [create, list, check],
};
