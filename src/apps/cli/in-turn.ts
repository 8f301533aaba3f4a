import { ConstantBackoff, handleWhen, retry } from 'cockatiel';
import { Fault } from '../../core/kernel/index.ts';
import type { CommandContext, CommandOptions } from './command.ts';
import { durationOption } from './restore/options.ts';

const usualWaitSeconds = 60;
const triesEverySeconds = 2;

/** `--wait`, for a command that writes to an environment's backups. */
export const waitOption = ['--wait <duration>', 'wait so long for another backup of it to be written', '1m'] as const;

/**
 * Does the work once no other writes to the environment's backups: the controller marks one every few minutes, for
 * seconds, and nobody should have to type a command twice for that. Throws BACKUP_UNDER_WAY when `--wait` is over.
 */
export async function inTurn<Answer>(
  work: () => Promise<Answer>,
  options: CommandOptions,
  { output, signal }: Pick<CommandContext, 'output' | 'signal'>,
): Promise<Answer> {
  const waitSeconds = durationOption(options, 'wait', '--wait') ?? usualWaitSeconds;
  const isUnderWay = handleWhen((error) => error instanceof Fault && error.code === 'BACKUP_UNDER_WAY');
  const again = retry(isUnderWay, {
    maxAttempts: Math.ceil(waitSeconds / triesEverySeconds),
    backoff: new ConstantBackoff(triesEverySeconds * 1_000),
  });
  let isTold = false;
  again.onRetry(() => {
    if (!isTold) output.note('  waiting for another backup of it to be written …');
    isTold = true;
  });
  return again.execute(work, signal);
}
