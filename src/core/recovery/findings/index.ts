import type { FindingDraft } from '../../observe/index.ts';
import { contentFindings } from './content.ts';
import { placeFindings } from './places.ts';
import { proofFindings } from './proof.ts';
import { punctualityFindings } from './punctuality.ts';
import type { RecoveryView } from './view.ts';
import { walFindings } from './wal.ts';

/** Everything that is wrong with the recovery of one environment, each with its reason, evidence and way out. */
export function recoveryFindings(view: RecoveryView): readonly FindingDraft[] {
  return [
    ...punctualityFindings(view),
    ...contentFindings(view),
    ...walFindings(view),
    ...placeFindings(view),
    ...proofFindings(view),
  ];
}
