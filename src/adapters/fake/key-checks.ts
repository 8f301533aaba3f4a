import type { Estate } from '../../core/estate/index.ts';
import { recoveryKeyChecked } from '../../core/recovery/index.ts';
import type { Store } from '../../ports/store.ts';
import type { Scenario } from './scenarios.ts';

const actor = { kind: 'user', name: 'Mara de Vries' } as const;
const daysAgo = 9;

/**
 * On a good day somebody has tried the recovery key of every repository, not long ago. In the other scenarios nobody ever
 * has, so that one sees what Plimsoll says then.
 */
export async function noteKeyChecks(
  { ledger }: Pick<Store, 'ledger'>,
  { repositories }: Pick<Estate, 'repositories'>,
  { scenario, now }: { readonly scenario: Scenario; readonly now: Temporal.Instant },
): Promise<void> {
  if (scenario !== 'calm' && scenario !== 'stale') return;
  const at = now.subtract({ hours: 24 * daysAgo });
  for (const { name } of repositories) {
    const data = { key: 'age1recovery7kq4', checks: 3, reason: 'the recovery key opens the backups' };
    await ledger.append({ actor, type: recoveryKeyChecked, subject: `repository/${name}`, data }, at);
  }
}
