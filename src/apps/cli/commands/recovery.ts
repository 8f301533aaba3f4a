import type { z } from 'zod';
import { Fault, formatDuration, formatPercent } from '../../../core/kernel/index.ts';
import { askApi } from '../../api-client.ts';
import { type resource, routes } from '../../contract/index.ts';
import type { CliCommand, CliGroup } from '../command.ts';
import type { Output } from '../output.ts';
import { cancelCommand, tasksCommand } from './recovery-tasks.ts';

type Summary = z.output<typeof resource.recoverySummary>;
type Recovery = z.output<typeof resource.recovery>;
type Achievement = Summary['domains'][number]['rpo'];

const words: Readonly<Record<Summary['state'], readonly [string, 'green' | 'yellow' | 'red']>> = {
  verified: ['verified', 'green'],
  expired: ['proof expired', 'yellow'],
  unproven: ['never drilled', 'yellow'],
  'not-recoverable': ['not recoverable', 'red'],
  'no-backup': ['no backup', 'red'],
  'no-repository': ['nowhere to back up to', 'red'],
};

const width = 22;
const short = (at: string | null): string => (at === null ? 'never' : `${at.slice(0, 16).replace('T', ' ')} UTC`);
const seconds = (value: number | null): string => (value === null ? 'unknown' : formatDuration(Math.round(value)));
const ratio = (value: number | null): string => (value === null ? 'nothing to judge by' : formatPercent(value, 1));

function state({ state: is }: Summary, output: Output, padded = 0): string {
  const [word, style] = words[is];
  return output.style(style, word.padEnd(padded));
}

function achieved(name: string, { achievedSeconds, targetSeconds, verdict }: Achievement, output: Output): string {
  const style = verdict === 'missed' ? 'red' : verdict === 'met' ? 'green' : 'yellow';
  const target = targetSeconds === null ? 'no target' : `target ${seconds(targetSeconds)}`;
  const shown = verdict === 'missed' && achievedSeconds === null ? 'nothing came back' : seconds(achievedSeconds);
  return `${name} ${shown} (${target}) ${output.style(style, verdict)}`;
}

function printRow(each: Summary, output: Output): void {
  const uncovered = (each.coverage ?? []).filter(({ isCovered }) => !isCovered).map(({ part }) => part);
  const gaps = uncovered.length === 0 ? '' : `, not covered: ${uncovered.join(', ')}`;
  const backup = each.lastBackup === null ? 'no backup' : `backup of ${short(each.lastBackup.consistentAt)}`;
  output.line(
    `${each.environment.padEnd(width)}  ${state(each, output, width)}  ${backup}, last verified ${short(each.lastVerifiedAt)}${gaps}`,
  );
}

function printRates({ rates }: Recovery, output: Output): void {
  const days = Math.round(Temporal.Instant.from(rates.from).until(rates.to).total('hours') / 24);
  output.line(
    `  success rate    ${ratio(rates.successRatio)}: ${rates.succeeded} of ${rates.attempts} backups in ${days}d`,
  );
  output.line(
    `  verified rate   ${ratio(rates.verifiedRatio)}: ${rates.verified} of ${rates.drilled} drilled came back`,
  );
}

function nextLine(name: string, next: Recovery['nextBackup'] | Recovery['nextDrill'], isRunning: boolean): string {
  const when = next.isDue ? 'due now' : next.at === null ? 'not planned' : short(next.at);
  const { why = '', until = null } = next.held ?? {};
  const held = next.held === null ? '' : `; held: ${why}${until === null ? '' : `, until ${short(until)}`}`;
  return `  ${name.padEnd(14)}  ${isRunning ? 'one is being taken now' : when}${held}`;
}

function printNext({ nextBackup, nextDrill, isRunning }: Recovery, output: Output): void {
  output.line(nextLine('next backup', nextBackup, isRunning));
  output.line(nextLine('next drill', nextDrill, false));
  for (const { message, hint } of nextBackup.problems) output.line(`  ${output.style('red', message)} ${hint}`);
}

function printRecoveryKey({ recoveryKey: { checkedAt, key, isDue } }: Recovery, output: Output): void {
  const said = checkedAt === null ? 'never checked' : `last checked ${short(checkedAt)} (${key})`;
  output.line(`  recovery key    ${isDue ? output.style('yellow', said) : said}`);
}

function printOne(found: Recovery, output: Output): void {
  output.line(`${found.environment}  ${state(found, output)}`);
  if (found.lastDrill?.verdict === 'not-recoverable') {
    for (const reason of found.lastDrill.reasons) output.line(`  ${reason}`);
  }
  for (const { reason } of found.disqualifiers) {
    output.line(`  readiness       ${output.style('red', 'disqualified')}: ${reason}`);
  }
  output.line(`  last backup     ${short(found.lastBackup?.consistentAt ?? null)}`);
  const counts = found.proofExpiresAt === null ? '' : `, counts until ${short(found.proofExpiresAt)}`;
  output.line(`  last verified   ${short(found.lastVerifiedAt)}${counts}`);
  printRates(found, output);
  for (const { domain, rpo, rto } of found.domains) {
    output.line(`  ${domain}: ${achieved('RPO', rpo, output)}, ${achieved('RTO', rto, output)}`);
  }
  for (const [name, { verdict, why }] of Object.entries(found.feasibility)) {
    const style = verdict === 'feasible' ? 'green' : 'red';
    output.line(`  ${name.toUpperCase()} on paper    ${output.style(style, verdict)}: ${why}`);
  }
  for (const { part, why } of (found.coverage ?? []).filter(({ isCovered }) => !isCovered)) {
    output.line(`  ${output.style('yellow', 'not covered')}     ${part}: ${why}`);
  }
  printRecoveryKey(found, output);
  printNext(found, output);
}

const mostDays = 730;

function daysOf(value: unknown): number {
  const days = Number(value);
  if (Number.isInteger(days) && days >= 1 && days <= mostDays) return days;
  throw new Fault('SETTING_INVALID', `--days must be a whole number from 1 to ${mostDays}`);
}

const status: CliCommand = {
  usage: 'status [environment]',
  summary:
    'Say what could be recovered: last verified, success and verified rate, RPO and RTO achieved; exit code 1 where it is not proven',
  effect: 'read-only',
  examples: ['recovery status', 'recovery status acme-prod', 'recovery status acme-prod --days 365 --json'],
  configure: (command) => command.option('--days <count>', 'how far back rates and drills are counted', '90'),
  async run([environment], options, { output, settings, signal }) {
    const days = daysOf(options['days']);
    if (environment === undefined) {
      const { items } = await askApi(settings, (api) => api.call(routes.listRecovery, { signal }));
      output.json({ environments: items });
      for (const each of items) printRow(each, output);
      if (items.length === 0) output.line('The estate declares no environment. Begin with: plimsoll init');
      return items.every(({ state: is }) => is === 'verified') ? 0 : 1;
    }
    const call = { params: { name: environment }, query: { days }, signal };
    const found = await askApi(settings, (api) => api.call(routes.getRecovery, call));
    output.json(found);
    printOne(found, output);
    return found.state === 'verified' ? 0 : 1;
  },
};

/** `plimsoll recovery …`: what backups and drills add up to, and the work that runs. */
export const recoveryGroup: CliGroup = {
  name: 'recovery',
  summary: 'What could be recovered, what proves it, and what runs',
  commands: [status, tasksCommand, cancelCommand],
};
