import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Fault } from '../../core/kernel/index.ts';
import { answersSignals } from '../machine/answers-signals.ts';

const claimed = /by process (\d+)\.\w+ on (\S+)$/;

/** A name that says which process of which machine holds something. No other, also in another container, ever bears it. */
const newHolder = (what: string): string =>
  `${what} by process ${process.pid}.${randomBytes(8).toString('hex')} on ${hostname()}`;

function isGone(holder: string): boolean {
  const [, pid, host] = claimed.exec(holder) ?? [];
  return pid !== undefined && host === hostname() && !answersSignals(Number(pid));
}

/** Who holds it, of a fault that says that somebody does. */
export const holderIn = ({ details }: Fault): string => String(details['holder'] ?? '');

/**
 * Begins something under a name that says which process of which machine does it. What a killed process of this machine held is
 * taken over at once: its silence need not be waited for; so is what is known to be `isFree` otherwise. Throws
 * BACKUP_UNDER_WAY where another holds it that may live.
 */
export async function beginOverDead<Held>(
  what: string,
  begin: (holder: string) => Promise<Held>,
  isFree: (holder: string) => boolean = () => false,
): Promise<Held> {
  let name = newHolder(what);
  for (;;) {
    try {
      return await begin(name);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'BACKUP_UNDER_WAY') throw error;
      const holder = holderIn(error);
      if (name === holder || !(isFree(holder) || isGone(holder))) throw error;
      // Whose own name it bears takes a claim over.
      name = holder;
    }
  }
}
