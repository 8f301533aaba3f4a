import { type Alert, acknowledge } from '../../core/alert/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { factsOf } from './look.ts';

/** Somebody takes an alert: nobody further up is called for it (SLO-05). */
export async function acknowledgeAlert(
  { store, clock }: { readonly store: Store; readonly clock: Pick<Clock, 'now'> },
  id: string,
  actor: Actor,
): Promise<Alert> {
  return store.transaction(async (inside) => {
    await inside.alerts.lock();
    const now = clock.now();
    const alert = await inside.alerts.get(id);
    if (alert === undefined) throw new Fault('NOT_FOUND', `There is no alert ${id}.`);
    const taken = acknowledge(alert, actor.name, now);
    if (taken === alert) return alert;
    await inside.alerts.put([taken]);
    await inside.ledger.append(
      { actor, type: 'alert.acknowledged', subject: `alert/${id}`, data: factsOf(taken) },
      now,
    );
    return taken;
  });
}
