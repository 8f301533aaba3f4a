import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Fault } from '../../core/kernel/index.ts';
import { answersSignals } from '../machine/answers-signals.ts';
import type { Lease } from './lease.ts';

const claimed = /by process (\d+)\.\w+ on (\S+)$/;

function isGone(holder: string): boolean {
  const [, pid, host] = claimed.exec(holder) ?? [];
  return pid !== undefined && host === hostname() && !answersSignals(Number(pid));
}

export interface CopyClaimRequest {
  readonly environment: string;
  readonly from: string;
  readonly to: string;
}

/**
 * The names of claims that this process has given up, by what they were about. Where the target was away by then, it still
 * shows them as held; nobody but this process can know that nobody uses them. Kept until the next claim there is had.
 */
const givenUp = new Map<string, Set<string>>();

function giveUp(about: string, writer: string): void {
  givenUp.set(about, (givenUp.get(about) ?? new Set()).add(writer));
}

/** No other process, also none with this one's number in another container, ever bears the name. */
const newWriter = (from: string): string =>
  `a copy from ${from} by process ${process.pid}.${randomBytes(8).toString('hex')} on ${hostname()}`;

/**
 * The right to copy into a repository: one copy of an environment at a time, by whomever. What a killed process of this
 * machine held is taken over at once, and so is what this process has given up itself. Throws BACKUP_UNDER_WAY with who
 * copies.
 */
export async function claimCopy(
  { environment, from, to }: CopyClaimRequest,
  begin: (writer: string) => Promise<Lease>,
): Promise<Lease> {
  const about = JSON.stringify([environment, to]);
  let writer = newWriter(from);
  for (;;) {
    try {
      const lease = await begin(writer);
      givenUp.delete(about);
      const held = writer;
      return { ...lease, release: () => lease.release().finally(() => giveUp(about, held)) };
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'BACKUP_UNDER_WAY') {
        // It may have arrived before the target was away, and is given up with the attempt.
        giveUp(about, writer);
        throw error;
      }
      const holder = String(error.details['holder'] ?? '');
      // Of two copies that begin here together, one alone finds the name, and takes over.
      const isOurs = givenUp.get(about)?.delete(holder) === true;
      if (writer === holder || !(isOurs || isGone(holder))) {
        const message = `Backups of ${environment} are being written to ${to} by ${holder || 'another'}.`;
        throw new Fault('BACKUP_UNDER_WAY', message, { cause: error, details: error.details });
      }
      // Whose own name it bears takes a claim over.
      writer = holder;
    }
  }
}
