import { type Refusal, refuse } from '../../kernel/index.ts';
import type { BackupKind, BackupMethod } from '../manifest.ts';
import { type BackupPlanInput, physicalKind, planBackup } from './backup-plan.ts';

/** What somebody asks for; what is not said is as the plan has it. */
export interface AskedBackup {
  readonly method: BackupMethod | undefined;
  readonly kind: BackupKind | undefined;
}

/** The backup that is taken when somebody asks for one now: by the declared method, of the kind that is next (BKP-02). */
export function chooseBackupByHand(
  input: BackupPlanInput,
  asked: AskedBackup,
): Refusal | { readonly kind: 'chosen'; readonly method: BackupMethod; readonly of: BackupKind; readonly why: string } {
  const plan = planBackup(input);
  // Asking for a kind is asking for the only method that has kinds.
  const method = asked.method ?? (asked.kind === undefined || asked.kind === 'full' ? plan.method : 'physical');
  if (method === undefined) return refuse(...plan.problems);
  if (method === 'logical') {
    if (asked.kind === undefined || asked.kind === 'full') {
      return { kind: 'chosen', method, of: 'full', why: plan.problems[0]?.message ?? 'a dump with its filestore' };
    }
    return refuse({
      code: 'REQUEST_INVALID',
      message: `A dump is always full: there is no ${asked.kind} one.`,
      hint: 'Leave --kind away, or take a physical backup.',
    });
  }
  if (!input.canArchive) {
    return refuse({
      code: 'PHYSICAL_UNAVAILABLE',
      message: `The log of ${input.environment.name} is not archived on this machine, so there are no physical backups of it.`,
      hint: 'Declare `backup: { method: physical }` with a Repository on `platform: host` and run `plimsoll up`, or take a dump.',
    });
  }
  const planned = physicalKind(input, input.now);
  return {
    kind: 'chosen',
    method,
    of: asked.kind ?? planned.kind,
    why: asked.kind === undefined ? planned.why : 'asked for',
  };
}
