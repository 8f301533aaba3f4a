import type { RecoveryState } from './standing.ts';

/** What keeps an environment from being called ready, whatever else is good about it. */
export interface Disqualifier {
  readonly code:
    | 'RECOVERY_NOT_POSSIBLE'
    | 'RECOVERY_UNTESTED'
    | 'RECOVERY_PROOF_EXPIRED'
    | 'BACKUP_NONE'
    | 'BACKUP_WITHOUT_REPOSITORY';
  readonly reason: string;
}

const disqualifierOf: Readonly<Record<RecoveryState, Disqualifier | undefined>> = {
  verified: undefined,
  expired: { code: 'RECOVERY_PROOF_EXPIRED', reason: 'the proof that its backups come back has expired' },
  unproven: { code: 'RECOVERY_UNTESTED', reason: 'no drill has brought one of its backups back' },
  'not-recoverable': { code: 'RECOVERY_NOT_POSSIBLE', reason: 'its last drill did not bring a backup back' },
  'no-backup': { code: 'BACKUP_NONE', reason: 'it has no good backup' },
  'no-repository': { code: 'BACKUP_WITHOUT_REPOSITORY', reason: 'nothing says where its backups go' },
};

/** Only a recovery that is proven now leaves an environment ready; empty then. One that is named here is enough to fail it (AS-13). */
export function recoveryDisqualifiers(state: RecoveryState): readonly Disqualifier[] {
  const found = disqualifierOf[state];
  return found === undefined ? [] : [found];
}
