import type { Objectives } from '../../../core/estate/index.ts';
import { formatBytes, formatDuration, type Refusal } from '../../../core/kernel/index.ts';
import { judgeAchieved, type RestorePlan, type RestoreReport } from '../../../core/recovery/index.ts';
import type { RestoreListener } from '../../../workflows/recovery/restore-parts.ts';
import type { Output } from '../output.ts';
import { createPace } from '../pace.ts';
import { createProgress, type StepDisplay } from '../progress.ts';

const second = (at: Temporal.Instant): string => at.toString({ smallestUnit: 'second' });

/** A plan as `--json` shows it. */
export function plainPlan(plan: RestorePlan): Readonly<Record<string, unknown>> {
  const { point, lossSeconds, neededBytes, steps } = plan;
  const { target, reachesAt, ...rest } = point;
  return {
    kind: 'plan',
    point: { ...rest, target: target?.toString() ?? null, reachesAt: reachesAt.toString() },
    lossSeconds,
    neededBytes,
    steps,
  };
}

/** A plan for people: what comes back, what is lost, and each step with its reason. */
export function printPlan(plan: RestorePlan, output: Output): void {
  const { point, lossSeconds, neededBytes, steps } = plan;
  output.line(`Restores ${point.id} (${point.method}): ${point.why}.`);
  output.line(`What comes back ends at ${second(point.reachesAt)}.`);
  if (lossSeconds !== null)
    output.line(`Business that would be lost: ${lossSeconds === 0 ? 'none' : formatDuration(Math.ceil(lossSeconds))}.`);
  if (neededBytes !== null) output.line(`It takes ${formatBytes(neededBytes)} on this machine.`);
  for (const [index, { title, why }] of steps.entries()) {
    output.line(`  ${String(index + 1).padStart(2)}. ${title}: ${output.style('dim', why)}`);
  }
}

/** A "no", with every reason and every way out. */
export function printRefusal({ reasons }: Refusal, output: Output): void {
  output.json({ kind: 'refused', reasons });
  for (const { code, message, hint } of reasons) output.line(`${output.style('red', code)}: ${message}\n  ${hint}`);
}

/** Shows the steps while they are done. */
export function showSteps(output: Output): RestoreListener {
  const progress = createProgress(output);
  let display: StepDisplay | undefined;
  let pace = createPace();
  return {
    began: (step) => {
      display = progress.step(step);
      pace = createPace();
    },
    progressed: (_step, moved) => display?.update(pace(moved)),
    ended: () => display?.done(),
    failed: () => display?.failed(),
  };
}

/** What was done, as `--json` and the ledger's readers see it. */
export function plainReport(report: RestoreReport, objectives: Objectives): Readonly<Record<string, unknown>> {
  return {
    ...report,
    reachesAt: report.reachesAt.toString(),
    startedAt: report.startedAt.toString(),
    finishedAt: report.finishedAt.toString(),
    achieved: judgeAchieved(report, objectives),
  };
}

const figure = (seconds: number | null, target: number | undefined, verdict: string): string =>
  `${seconds === null ? 'unknown' : formatDuration(seconds)}${target === undefined ? '' : ` of ${formatDuration(target)}: ${verdict}`}`;

/** What was done, for people: the figures, the phases, and what does not hold together. */
export function printReport(report: RestoreReport, { rpoSeconds, rtoSeconds }: Objectives, output: Output): void {
  const { rpoAchievedSeconds, rtoAchievedSeconds, phases, checks } = report;
  const { rpo, rto } = judgeAchieved(report, { rpoSeconds, rtoSeconds, availabilityRatio: undefined });
  output.line(
    `${output.style('green', 'serves')}: ${report.target}, from ${report.backup}, as of ${second(report.reachesAt)}`,
  );
  output.line(`  RPO achieved ${figure(rpoAchievedSeconds, rpoSeconds, rpo)}`);
  output.line(`  RTO achieved ${figure(rtoAchievedSeconds, rtoSeconds, rto)}`);
  for (const { phase, seconds } of phases) output.line(`  ${phase.padEnd(18)} ${formatDuration(seconds).padStart(8)}`);
  for (const { name, outcome, detail, evidence } of checks) {
    if (outcome !== 'failed' && outcome !== 'warning') continue;
    output.line(`  ${output.style(outcome === 'failed' ? 'red' : 'yellow', name)}: ${detail}`);
    for (const culprit of evidence) output.line(`    ${culprit}`);
  }
}
