import type { Environment } from '../../estate/index.ts';
import type { Seconds } from '../../kernel/index.ts';

const least: Seconds = 60;
const most: Seconds = 900;
/** Where no recovery point is declared. */
const usual: Seconds = 300;

/**
 * How often the files of an environment are continued between its physical backups: the log alone would bring back rows
 * whose files are nowhere. Half the recovery point, so that one may fail.
 */
export function markEverySeconds({ objectives }: Pick<Environment, 'objectives'>): Seconds {
  const { rpoSeconds } = objectives;
  return rpoSeconds === undefined ? usual : Math.round(Math.min(most, Math.max(least, rpoSeconds / 2)));
}
