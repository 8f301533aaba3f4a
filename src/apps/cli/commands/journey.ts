import { confirm, isCancel } from '@clack/prompts';
import { type JourneyRun, journeys, synthetic } from '../../../core/journey/index.ts';
import { Fault, formatDuration } from '../../../core/kernel/index.ts';
import { installJourneys } from '../../../workflows/journeys/install-journeys.ts';
import { runJourney } from '../../../workflows/journeys/run-journey.ts';
import { estateDirectory, estateOption } from '../../estate-directory.ts';
import { journeyParts, journeysWithoutStore, openOdooAccess, requireEnvironment } from '../../wire-odoo.ts';
import type { CliCommand, CliGroup } from '../command.ts';
import type { Output } from '../output.ts';

const listCommand: CliCommand = {
  usage: 'list',
  summary: 'List the journeys and what each proves',
  effect: 'read-only',
  examples: ['journey list', 'journey list --json'],
  async run(_args, _options, { output }) {
    const rows = journeys.map(({ name, summary, writes, steps }) => ({
      name,
      summary,
      writes,
      steps: steps.map((step) => step.name),
    }));
    output.json({ journeys: rows });
    for (const { name, summary, writes, steps } of rows) {
      output.line(`${output.style('bold', name.padEnd(14))} ${summary}`);
      const where = writes ? 'writes, in the synthetic company only' : 'only reads';
      output.line(`${' '.repeat(15)}${output.style('dim', `${where}: ${steps.join(' → ')}`)}`);
    }
    return 0;
  },
};

const consentText = [
  'This sets up a synthetic company in that Odoo, with an administrator’s API key:',
  `  - a company "${synthetic.companyName}" with its own warehouse, chart of accounts, journals and number sequences`,
  `  - an internal user ${synthetic.userLogin} and a portal user ${synthetic.portalLogin}, who belong to that company only`,
  '  - two products, two partners and one quotation of that company',
  'It installs no module and changes no record of your own companies. Done transfers and received purchases of the',
  'synthetic company stay in Odoo for good, because Odoo deletes neither.',
].join('\n');

async function hasConsent(environment: string, output: Output): Promise<boolean> {
  output.note(consentText);
  if (!output.isInteractive || output.isJson) {
    throw new Fault('CONSENT_REQUIRED', `setting up the synthetic company in ${environment} was not agreed to`);
  }
  const answer = await confirm({ message: `Set it up in ${environment}?`, initialValue: false });
  return !isCancel(answer) && answer;
}

const installCommand: CliCommand = {
  usage: 'install <environment>',
  summary: 'Set up the synthetic company in which journeys may write',
  effect: 'changes',
  examples: ['journey install acme-prod --estate examples/northsea', 'journey install acme-prod --yes'],
  configure: (command) => command.option(...estateOption).option('--yes', 'agree without being asked'),
  async run([name = ''], options, { settings, output, signal }) {
    const { environment } = await requireEnvironment(
      await estateDirectory(options['estate'], settings.stateDirectory),
      name,
    );
    if (options.yes !== true && !(await hasConsent(name, output))) {
      output.note('Nothing was changed.');
      return 1;
    }
    const odoo = openOdooAccess(settings);
    try {
      const onStep = (step: string): void => output.note(`  ${step} …`);
      const { companyId } = await installJourneys(journeyParts(settings, odoo), environment, { signal, onStep });
      output.json({ environment: name, companyId, writesAllowed: environment.journeys.writes });
      output.line(`${output.style('green', 'ready')}: the synthetic company of ${name} has the id ${companyId}`);
    } finally {
      odoo.close();
    }
    if (!environment.journeys.writes) {
      output.note(`Journeys stay read-only until the estate says \`journeys: { writes: true }\` for ${name}.`);
    }
    return 0;
  },
};

const marks = { passed: 'green', failed: 'red', skipped: 'dim', unknown: 'yellow', refused: 'yellow' } as const;

function printRun(run: JourneyRun, output: Output): void {
  const took = formatDuration(run.durationSeconds);
  output.line(`${output.style(marks[run.outcome], run.outcome.padEnd(8))} ${run.journey} in ${took}`);
  if (run.reason !== null) output.line(`         ${run.reason}`);
  if (run.outcome === 'refused') return;
  for (const step of run.steps) {
    const time = step.outcome === 'skipped' ? '-' : formatDuration(step.durationSeconds);
    const detail = step.detail !== null && step.detail !== run.reason ? `  ${step.detail}` : '';
    output.line(
      `  ${output.style(marks[step.outcome], step.outcome.padEnd(8))}${time.padStart(7)}  ${step.name}${detail}`,
    );
  }
}

/** What `--json` prints: the same shape as the API's journey run. */
function plainRun(run: JourneyRun): Readonly<Record<string, unknown>> {
  return { ...run, startedAt: run.startedAt.toString() };
}

const runCommand: CliCommand = {
  usage: 'run <environment> [journey]',
  summary: 'Run one journey, or all of them, and say whether the business works',
  effect: 'changes',
  examples: [
    'journey run acme-prod --estate examples/northsea',
    'journey run acme-prod ship-order',
    'journey run acme-prod read-orders --json',
  ],
  configure: (command) => command.option(...estateOption),
  async run([name = '', only], options, { settings, output, signal }) {
    const { environment, servicesOf } = await requireEnvironment(
      await estateDirectory(options['estate'], settings.stateDirectory),
      name,
    );
    const wanted = only === undefined ? journeys.map((journey) => journey.name) : [only];
    const odoo = openOdooAccess(settings);
    const runs: JourneyRun[] = [];
    try {
      const deps = journeysWithoutStore(settings, odoo);
      for (const journey of wanted) {
        if (signal.aborted) break;
        const run = await runJourney(deps, environment, journey, { services: servicesOf(journey), signal });
        runs.push(run);
        printRun(run, output);
      }
    } finally {
      odoo.close();
    }
    output.json({ runs: runs.map(plainRun) });
    return runs.length === wanted.length && runs.every(({ outcome }) => outcome === 'passed') ? 0 : 1;
  },
};

/** `plimsoll journey …`: synthetic transactions that prove the business works. */
export const journeyGroup: CliGroup = {
  name: 'journey',
  summary: 'Prove business services by synthetic transactions on the real Odoo',
  commands: [listCommand, installCommand, runCommand],
};
