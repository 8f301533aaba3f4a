import { cancel, group, intro, outro, select, text } from '@clack/prompts';
import { checkAnswer, type StarterAnswers, starterDefaults } from '../../../core/estate/index.ts';
import { Fault } from '../../../core/kernel/index.ts';
import { localTimezone, writeStarter } from '../../wire-estate.ts';
import type { CliCommand, CommandOptions } from '../command.ts';

const columnWidth = 62;

/** What brings a running Odoo under watch from here; the guide "Connect an Odoo that runs" tells it at length. */
const nextSteps = (directory: string): readonly (readonly [string, string])[] => [
  ['export PRODUCTION_LOGIN=… PRODUCTION_API_KEY=…', 'a user of that Odoo and its API key'],
  ['export ADMIN_URL=postgres://…', 'an administrator of its database, used once'],
  [`plimsoll connect production --estate ${directory} --admin env:ADMIN_URL`, 'makes the read-only role'],
  [`plimsoll probe production --estate ${directory}`, 'one look'],
  [`plimsoll serve ${directory}`, 'keep watching, with the portal'],
];

const optionOf: Readonly<Record<keyof StarterAnswers, string>> = {
  name: '--name',
  site: '--site',
  timezone: '--timezone',
  odoo: '--odoo',
  url: '--url',
  database: '--database',
  platform: '--platform',
  cutOff: '--cut-off',
};

/** `plimsoll init`: a first estate, by asking or from options. */
export const initCommand: CliCommand = {
  usage: 'init [directory]',
  summary: 'Write a starting estate that checks clean, by asking a few questions',
  effect: 'changes',
  examples: [
    'init my-estate',
    'init my-estate --yes',
    'init my-estate --yes --name northsea --site rotterdam-dc --timezone Europe/Amsterdam --cut-off 17:00',
  ],
  configure: (command) =>
    command
      .option('--name <name>', 'name of the estate')
      .option('--site <name>', 'name of the first warehouse')
      .option('--timezone <zone>', 'its IANA time zone')
      .option('--odoo <version>', 'version of Odoo, 14.0 to 19.0')
      .option('--url <address>', 'where that Odoo answers, such as https://erp.example.com')
      .option('--database <name>', 'name of its database')
      .option('--platform <platform>', 'host, compose or kubernetes')
      .option('--cut-off <time>', 'daily cut-off in local time, such as 17:00')
      .option('--yes', 'ask nothing: what no option gives takes its default'),
  async run([directory = '.'], options, { output }) {
    const given = readOptions(options);
    const defaults = { ...starterDefaults, timezone: localTimezone() };
    const answers = options.yes === true ? { ...defaults, ...given } : await ask(defaults, given);
    if (answers === undefined) return 1;
    const files = await writeStarter(directory, answers);
    output.json({ directory, files });
    output.line(`Wrote ${files.join(', ')} to ${directory}.`);
    output.line('Next:');
    for (const [command, why] of nextSteps(directory)) output.line(`  ${command.padEnd(columnWidth)}  ${why}`);
    return 0;
  },
};

function readOptions(options: CommandOptions): Partial<StarterAnswers> {
  const given: Partial<Record<keyof StarterAnswers, string>> = {};
  for (const key of Object.keys(optionOf) as (keyof StarterAnswers)[]) {
    const value = options[key];
    if (typeof value !== 'string') continue;
    const problem = checkAnswer(key, value);
    if (problem !== undefined) throw new Fault('SETTING_INVALID', `${optionOf[key]}: ${problem}`);
    given[key] = value;
  }
  return given;
}

/** Asks for what no option gave; `undefined` where the person broke off. */
async function ask(defaults: StarterAnswers, given: Partial<StarterAnswers>): Promise<StarterAnswers | undefined> {
  if (!process.stdin.isTTY) {
    throw new Fault('SETTING_INVALID', 'there is no terminal to ask on; add --yes and the options that matter');
  }
  // Prompts go to standard error: with --json, standard output is for the answer alone.
  const stream = { output: process.stderr };
  let isBroken = false;
  // The group goes on asking after somebody broke off; then there is nothing left to ask.
  const question = (key: keyof StarterAnswers, message: string) => () =>
    Promise.resolve(
      (isBroken ? '' : given[key]) ??
        text({
          message,
          initialValue: defaults[key],
          validate: (value) => checkAnswer(key, value ?? ''),
          ...stream,
        }),
    );
  intro('A first estate', stream);
  const answers = await group(
    {
      name: question('name', 'What is the estate called?'),
      site: question('site', 'What is the first warehouse called?'),
      timezone: question('timezone', 'Which time zone is it in?'),
      cutOff: question('cutOff', 'When is its daily cut-off, in local time?'),
      odoo: question('odoo', 'Which version of Odoo does it run?'),
      url: question('url', 'Where does that Odoo answer?'),
      database: question('database', 'What is its database called?'),
      platform: () =>
        Promise.resolve(
          (isBroken ? '' : given.platform) ??
            select({
              message: 'Where does Odoo run?',
              initialValue: defaults.platform,
              options: [
                { value: 'host', label: 'on a Debian machine' },
                { value: 'compose', label: 'in containers, with Compose' },
                { value: 'kubernetes', label: 'on Kubernetes' },
              ],
              ...stream,
            }),
        ),
    },
    {
      onCancel: () => {
        isBroken = true;
        cancel('Nothing was written.', stream);
      },
    },
  );
  if (isBroken) return undefined;
  outro('Thank you.', stream);
  return answers as StarterAnswers;
}
