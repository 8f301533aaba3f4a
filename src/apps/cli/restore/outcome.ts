import type { Outcome } from '../../wire-order.ts';
import type { CommandContext } from '../command.ts';
import { type CommandOrder, type CommandOutcome, credentialsOf } from './run-order.ts';
import { plainPlan, plainReport, printPlan, printRefusal, printReport } from './show.ts';

function printNext(name: string, outcome: Extract<Outcome, { kind: 'restored' }>, context: CommandContext): void {
  const { output, settings } = context;
  const { report, url, copy } = outcome;
  const target = report.target;
  output.line(`Reach it at ${url}`);
  if (report.mode === 'in-place') {
    if (report.safetyBackup !== null) output.line(`What was there before is backup ${report.safetyBackup}.`);
    if (report.keptOld !== null) output.line(`What was there before is kept in ${report.keptOld}.`);
    return;
  }
  if (report.isNeutralised) {
    output.line(`  It is neutralised: it sends, ships and books nothing outside.`);
    output.line(`  The password of its administrator is in ${credentialsOf(settings.stateDirectory, target)}`);
  } else {
    output.line(`  It is live: it acts on the outside. ${name} must not come up again beside it.`);
  }
  if (copy === undefined) {
    output.line(`The estate declares it: \`plimsoll up --environment ${target}\` keeps it up.`);
    return;
  }
  output.line(`Stop it:   plimsoll clone stop ${target}`);
  output.line(`Start it:  plimsoll clone start ${target}`);
  output.line(`Remove it: plimsoll clone remove ${target}`);
}

/** Prints how it went; answers the exit code. */
export function printOutcome(order: CommandOrder, outcome: CommandOutcome, context: CommandContext): number {
  const { output, settings } = context;
  const { environment } = order;
  if (outcome.kind === 'refused') {
    printRefusal(outcome, output);
    return 1;
  }
  if (outcome.kind === 'planned') {
    output.json(plainPlan(outcome.plan));
    printPlan(outcome.plan, output);
    output.line('Nothing was changed.');
    return 0;
  }
  if (outcome.kind === 'finished') {
    const { finished, url } = outcome;
    output.json({ kind: 'finished', ...finished, keptOld: finished.keptOld ?? null, url });
    output.line(`A restore of ${finished.backup} that was killed is finished: ${environment.name} serves at ${url}.`);
    if (finished.keptOld !== undefined) output.line(`What was there before is kept in ${finished.keptOld}.`);
    output.line('Run it again where another point was meant.');
    return 0;
  }
  const { report, url, copy } = outcome;
  output.json({
    ...plainReport(report, environment.objectives),
    url,
    adminPasswordFile: report.isNeutralised ? credentialsOf(settings.stateDirectory, report.target) : null,
    expiresAt: copy?.expiresAt?.toString() ?? null,
  });
  printReport(report, environment.objectives, output);
  printNext(environment.name, outcome, context);
  return report.checks.some(({ outcome: each }) => each === 'failed') ? 1 : 0;
}
