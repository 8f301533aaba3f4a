import { formatDuration } from '../kernel/index.ts';
import type { LikelyCause } from './causes.ts';
import type { Rising } from './rising.ts';

const levelOf = (value: number, unit: Rising['unit']): string =>
  unit === 'seconds' ? formatDuration(Math.round(value)) : String(Math.round(value));

/** What a rise means, in a sentence or two (MET-14). */
export function interpret(rising: Rising, causes: readonly LikelyCause[]): string {
  const { title, unit, usual, now } = rising;
  const subject = `${title[0]?.toUpperCase() ?? ''}${title.slice(1)}`;
  const rise = `${subject}: ${levelOf(now, unit)} over the last half hour, usually ${levelOf(usual, unit)}.`;
  const [first, second] = causes;
  if (first === undefined) {
    return `${rise} Nothing that is recorded explains it: look at the workers, the database and the partners.`;
  }
  const also = second === undefined ? '' : `; then ${second.title}`;
  return `${rise} Most speaks for ${first.title}${also}.`;
}
