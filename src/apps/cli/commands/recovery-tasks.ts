import type { z } from 'zod';
import { Fault, formatBytes, formatDuration } from '../../../core/kernel/index.ts';
import { askApi } from '../../api-client.ts';
import { type resource, routes } from '../../contract/index.ts';
import type { CliCommand } from '../command.ts';
import type { Output } from '../output.ts';
import { paceWords } from '../pace.ts';

type Task = z.output<typeof resource.recoveryTask>;

const styles: Readonly<Record<Task['state'], 'green' | 'yellow' | 'red' | 'dim'>> = {
  waiting: 'dim',
  running: 'yellow',
  succeeded: 'green',
  failed: 'red',
  cancelled: 'dim',
  lost: 'red',
};

const time = (at: string): string => `${at.slice(0, 19).replace('T', ' ')} UTC`;

/** Bytes, rate and time left of its step, where it knows them. */
function progressOf({ doneBytes, totalBytes, bytesPerSecond, secondsLeft }: Task): string {
  if (doneBytes === null) return '';
  if (bytesPerSecond === null) return `, ${formatBytes(doneBytes)}`;
  return `, ${paceWords({ doneBytes, totalBytes, bytesPerSecond, secondsLeft })}`;
}

function nowOf(task: Task): string {
  const { state, step, cancelAskedBy, outcome, startedAt, endedAt } = task;
  if (state === 'waiting') return 'nobody has begun it yet';
  if (state !== 'running') {
    const seconds =
      startedAt === null || endedAt === null
        ? undefined
        : Temporal.Instant.from(startedAt).until(endedAt).total('seconds');
    const took = seconds === undefined ? '' : ` after ${formatDuration(Math.round(seconds))}`;
    return `ended ${time(endedAt ?? task.beatAt)}${took}${outcome === null ? '' : `: ${outcome}`}`;
  }
  const doing = `${step ?? 'beginning'}${progressOf(task)}`;
  return cancelAskedBy === null ? doing : `${doing}; ${cancelAskedBy.name} has cancelled it`;
}

function printTask(task: Task, output: Output): void {
  const { id, kind, environment, target, state, requestedBy, requestedAt, refusal } = task;
  const where = target === null ? environment : `${environment} to ${target}`;
  output.line(`${output.style(styles[state], state.padEnd(9))}  ${kind} of ${where}  ${id}`);
  output.line(`  ${nowOf(task)}`);
  output.line(`  ${output.style('dim', `asked for by ${requestedBy.name}, ${time(requestedAt)}`)}`);
  if (refusal !== null) output.line(`  ${refusal.code}: ${refusal.hint}`);
}

const mostTasks = 1_000;

function limitOf(value: unknown): number {
  const limit = Number(value);
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostTasks) return limit;
  throw new Fault('SETTING_INVALID', `--limit must be a whole number from 1 to ${mostTasks}`);
}

/** `plimsoll recovery tasks`: what runs, wherever it was begun. */
export const tasksCommand: CliCommand = {
  usage: 'tasks [environment]',
  summary: 'Show the recovery work that waits or runs: who asked, its step, bytes, rate and time left',
  effect: 'read-only',
  examples: ['recovery tasks', 'recovery tasks acme-prod', 'recovery tasks --ended --limit 5', 'recovery tasks --json'],
  configure: (command) =>
    command
      .option('--ended', 'also what has ended in the last 30 days, and how')
      .option('--limit <count>', 'at most so many', '20'),
  async run([environment], options, { output, settings, signal }) {
    const limit = limitOf(options['limit']);
    const state = options['ended'] === true ? {} : { state: 'under-way' as const };
    const query = { limit, ...state, ...(environment === undefined ? {} : { environment }) };
    const { items } = await askApi(settings, (api) => api.call(routes.listRecoveryTasks, { query, signal }));
    output.json({ tasks: items });
    for (const task of items) printTask(task, output);
    if (items.length === 0) output.line('No recovery work is under way.');
    return 0;
  },
};

/** `plimsoll recovery cancel`: on whichever machine it runs. */
export const cancelCommand: CliCommand = {
  usage: 'cancel <id>',
  summary: 'Cancel a backup, check, drill, clone or restore that runs; whoever runs it undoes what it began',
  effect: 'changes',
  examples: ['recovery cancel 20261121T084512Z-logical-9f3a1c', 'recovery cancel drill-4be2c91f00a7d3e5 --json'],
  async run([id = ''], _options, { output, settings, signal }) {
    const task = await askApi(settings, (api) => api.call(routes.cancelRecoveryTask, { params: { id }, signal }));
    output.json(task);
    printTask(task, output);
    if (task.state === 'running') output.line('It hears of it within seconds, and then undoes what it began.');
    return 0;
  },
};
