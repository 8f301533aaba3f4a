import type { Actor } from '../../core/ledger/index.ts';
import type { EnvironmentCopy } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Durable } from '../../ports/durable.ts';
import type { Store } from '../../ports/store.ts';
import type { DurableWork } from '../controller.ts';
import { removeExpiredCopies, type TakeAway } from './copies.ts';

const lookEverySeconds = 60;

export interface ExpiryDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Store;
  readonly durable: Pick<Durable, 'define'>;
  readonly actor: Actor;
  /** Whether a copy lies on this machine: another's controller has nothing of it to take away. */
  readonly isHere: (copy: EnvironmentCopy) => Promise<boolean>;
  readonly takeAway: TakeAway;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** The look at which copies' date has come. */
export const expiryWork: DurableWork = {
  name: 'copies',
  everySeconds: lookEverySeconds,
  workflow: 'expire-copies',
  input: {},
};

/** Removes what has expired and lies here, and says so. */
export async function expireCopies(deps: Omit<ExpiryDeps, 'durable'>): Promise<readonly string[]> {
  const { log } = deps;
  const removed = await removeExpiredCopies(deps, (copy, error) => {
    log({ level: 'error', message: 'an expired copy could not be removed', copy: copy.name, error: String(error) });
  });
  for (const { name, source } of removed)
    log({ level: 'info', message: 'an expired copy was removed', copy: name, source });
  return removed.map(({ name }) => name);
}

/** Makes the removal of expired copies known to the engine (EST-11). */
export function defineExpiryWork(deps: ExpiryDeps): void {
  deps.durable.define({
    name: 'expire-copies',
    attempts: 1,
    run: async (_input, context) => {
      await context.step('remove', async () => (await expireCopies(deps)).length);
    },
  });
}
