import { hostname } from 'node:os';
import { Fault } from '../../core/kernel/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { answersSignals } from '../machine/answers-signals.ts';
import type { Lease } from './lease.ts';

const lookEverySeconds = 1;
const claimed = /by process (\d+)\.\d+ on (\S+)$/;
let begun = 0;

function isGone(holder: string): boolean {
  const [, pid, host] = claimed.exec(holder) ?? [];
  return pid !== undefined && host === hostname() && !answersSignals(Number(pid));
}

/** Who holds it, where that is what is wrong. */
function holderIn(fault: unknown): { readonly holder: string; readonly fault: Fault } {
  if (!(fault instanceof Fault) || fault.code !== 'BACKUP_UNDER_WAY') throw fault;
  return { holder: String(fault.details['holder'] ?? ''), fault };
}

export interface CopyClaimRequest {
  readonly environment: string;
  readonly from: string;
  readonly to: string;
  readonly clock: Pick<Clock, 'sleep' | 'now'>;
  /** How long another copy is waited for. */
  readonly waitSeconds: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The right to copy into a repository: one copy of an environment at a time, by whomever. Another is waited for within
 * bounds; what a killed process of this machine held is taken over at once. Throws BACKUP_UNDER_WAY with who copies.
 */
export async function claimCopy(
  { environment, from, to, clock, waitSeconds, signal }: CopyClaimRequest,
  begin: (writer: string) => Promise<Lease>,
): Promise<Lease> {
  begun += 1;
  const own = `a copy from ${from} by process ${process.pid}.${begun} on ${hostname()}`;
  const until = clock.now().add({ milliseconds: Math.round(waitSeconds * 1_000) });
  for (let writer = own; ; ) {
    signal?.throwIfAborted();
    const held = await begin(writer).catch(holderIn);
    if (!('holder' in held)) return held;
    const { holder, fault } = held;
    if (isGone(holder) && writer !== holder) {
      // Whose own name it bears takes a claim over.
      writer = holder;
      continue;
    }
    if (Temporal.Instant.compare(clock.now(), until) >= 0) {
      const message = `Backups of ${environment} are being written to ${to} by ${holder || 'another'}.`;
      throw new Fault('BACKUP_UNDER_WAY', message, { cause: fault, details: fault.details });
    }
    writer = own;
    await clock.sleep(lookEverySeconds);
  }
}
