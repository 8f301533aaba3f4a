import { Fault } from '../../core/kernel/index.ts';
import { beginOverDead, holderIn } from './dead-holder.ts';
import type { Lease } from './lease.ts';

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

/** Begins, and remembers its name as given up once it is released, or where nobody knows whether the claim arrived. */
async function begunBy(about: string, writer: string, begin: (writer: string) => Promise<Lease>): Promise<Lease> {
  const isUnderWay = (error: unknown): boolean => error instanceof Fault && error.code === 'BACKUP_UNDER_WAY';
  try {
    const lease = await begin(writer);
    givenUp.delete(about);
    return { ...lease, release: () => lease.release().finally(() => giveUp(about, writer)) };
  } catch (error) {
    if (!isUnderWay(error)) giveUp(about, writer);
    throw error;
  }
}

/**
 * The right to copy into a repository: one copy of an environment at a time, by whomever. What a killed process of this
 * machine held is taken over at once, and so is what this process has given up itself. Throws BACKUP_UNDER_WAY with who
 * copies.
 */
export function claimCopy(
  { environment, from, to }: CopyClaimRequest,
  begin: (writer: string) => Promise<Lease>,
): Promise<Lease> {
  const about = JSON.stringify([environment, to]);
  // Of two copies that begin here together, one alone finds the name, and takes over.
  const isOurs = (holder: string): boolean => givenUp.get(about)?.delete(holder) === true;
  const begun = beginOverDead(`a copy from ${from}`, (writer) => begunBy(about, writer, begin), isOurs);
  return begun.catch((error: unknown) => {
    if (!(error instanceof Fault) || error.code !== 'BACKUP_UNDER_WAY') throw error;
    const message = `Backups of ${environment} are being written to ${to} by ${holderIn(error) || 'another'}.`;
    throw new Fault('BACKUP_UNDER_WAY', message, { cause: error, details: error.details });
  });
}
