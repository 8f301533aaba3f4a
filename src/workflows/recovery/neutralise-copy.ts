import { Fault } from '../../core/kernel/index.ts';
import { type DrillCheck, judgeIdentity, neutralisedInvariants, reasonOf } from '../../core/recovery/index.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';
import { askInvariants, type CopyFacts, readIdentity } from './ask-copy.ts';

/**
 * Switches off whatever of a copy acts on the outside, and looks whether it is: what the look says goes to `checks`. Throws
 * NOT_NEUTRALISED, with the reasons and what was therefore not done, where anything is still on: nothing may start it then.
 */
export async function neutraliseCopy(
  place: RestorePlace,
  copy: CopyFacts,
  checks: DrillCheck[],
  options: { readonly notDone: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { notDone, signal } = options;
  await place.neutralise({ signal });
  const seen = [
    ...(await askInvariants(place.database, neutralisedInvariants, copy, { signal })),
    judgeIdentity(copy.identity, await readIdentity(place.database, { signal })),
  ];
  checks.push(...seen);
  const failed = seen.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return;
  const reasons = failed.map(reasonOf).join('; ');
  throw new Fault('NOT_NEUTRALISED', `The copy is not neutralised, and was not ${notDone}: ${reasons}`);
}
