import { hostname } from 'node:os';
import { Fault } from '../../core/kernel/index.ts';
import { answersSignals } from '../machine/answers-signals.ts';
import type { Lease } from './lease.ts';

const claimed = /by process (\d+)\.\d+ on (\S+)$/;
let begun = 0;

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
 * The right to copy into a repository: one copy of an environment at a time, by whomever. What a killed process of this
 * machine held is taken over at once. Throws BACKUP_UNDER_WAY with who copies.
 */
export async function claimCopy(
  { environment, from, to }: CopyClaimRequest,
  begin: (writer: string) => Promise<Lease>,
): Promise<Lease> {
  begun += 1;
  let writer = `a copy from ${from} by process ${process.pid}.${begun} on ${hostname()}`;
  for (;;) {
    try {
      return await begin(writer);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'BACKUP_UNDER_WAY') throw error;
      const holder = String(error.details['holder'] ?? '');
      if (!isGone(holder) || writer === holder) {
        const message = `Backups of ${environment} are being written to ${to} by ${holder || 'another'}.`;
        throw new Fault('BACKUP_UNDER_WAY', message, { cause: error, details: error.details });
      }
      // Whose own name it bears takes a claim over.
      writer = holder;
    }
  }
}
