import { addonsDifferences } from './addons.ts';
import type { DrillCheck } from './drill.ts';
import type { AddonsVersion } from './manifest.ts';

/**
 * Whether a copy runs with the add-ons that its backup names. Other versions of them are a warning: it serves, and what was
 * proven is not what the backup would need. Nothing where neither has any.
 */
export function addonsCheck(
  then: readonly AddonsVersion[] | undefined,
  now: readonly AddonsVersion[],
): readonly DrillCheck[] {
  const name = 'software.add-ons';
  if (then === undefined && now.length > 0) {
    const detail = 'the backup was taken before add-on versions were kept: which ones it ran with is not known';
    return [{ name, outcome: 'warning', detail, evidence: [] }];
  }
  if ((then ?? []).length + now.length === 0) return [];
  const evidence = addonsDifferences(then, now);
  if (evidence.length === 0) return [{ name, outcome: 'passed', detail: 'in the versions of the backup', evidence }];
  return [{ name, outcome: 'warning', detail: 'the copy runs with other add-ons than the backup names', evidence }];
}
