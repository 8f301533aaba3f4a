import { Fault, type Seconds } from '../../core/kernel/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { clock as systemClock } from '../wire-up.ts';
import type { CommandContext, CommandOptions } from './command.ts';
import { durationOption } from './restore/options.ts';

const triesEverySeconds = 2;

/** `--wait`, for a command that writes to an environment's backups. */
export function waitOption(usual: string): readonly [string, string, string] {
  return ['--wait <duration>', 'wait so long for another that writes to its backups', usual];
}

/**
 * Does the work once no other writes to the environment's backups: the controller marks one every few minutes, for
 * seconds, and nobody should have to type a command twice for that. The work is told how much of the wait is left, for what
 * it may have to wait for itself. Throws BACKUP_UNDER_WAY when `--wait` is over.
 */
export async function inTurn<Answer>(
  work: (leftSeconds: Seconds) => Promise<Answer>,
  options: CommandOptions,
  { output, signal }: Pick<CommandContext, 'output' | 'signal'>,
  clock: Clock = systemClock,
): Promise<Answer> {
  const until = clock.now().add({ milliseconds: 1_000 * (durationOption(options, 'wait', '--wait') ?? 0) });
  const left = (): Seconds => Math.max(0, until.since(clock.now()).total('seconds'));
  for (let isTold = false; ; isTold = true) {
    try {
      return await work(left());
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'BACKUP_UNDER_WAY' || left() === 0) throw error;
    }
    if (!isTold) output.note('  waiting for another that writes to its backups …');
    await clock.sleep(Math.min(triesEverySeconds, left()), signal);
  }
}
