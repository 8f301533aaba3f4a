import type { LoadGround, WaitingClass } from '../../core/load/index.ts';
import { workFor } from '../../core/load/index.ts';
import type { Script } from '../../core/script/index.ts';

/** Hands out waiting transfers, each to one transaction only. */
export interface WorkPool {
  /** `undefined` when nothing waits. */
  take(name: WaitingClass): Promise<number | undefined>;
}

const perSearch = 40;
/** How soon an empty pool may be looked at again: an idle picker does not reload the list all the time. */
const againAfterSeconds = 1;

interface Queue {
  waiting: number[];
  readonly taken: Set<number>;
  lookedAtSeconds: number;
  looking: Promise<void> | undefined;
}

/** A pool over one warehouse. `walk` runs a script on Odoo; `elapsedSeconds` is the time of the load. */
export function createWorkPool(
  ground: LoadGround,
  walk: <Result>(script: Script<Result>) => Promise<Result>,
  elapsedSeconds: () => number,
): WorkPool {
  const queues = new Map<WaitingClass, Queue>();
  const queueOf = (name: WaitingClass): Queue => {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const queue: Queue = {
      waiting: [],
      taken: new Set(),
      lookedAtSeconds: Number.NEGATIVE_INFINITY,
      looking: undefined,
    };
    queues.set(name, queue);
    return queue;
  };
  const look = async (name: WaitingClass, queue: Queue): Promise<void> => {
    queue.lookedAtSeconds = elapsedSeconds();
    const found = await walk(workFor(name, ground, perSearch));
    queue.waiting = found.filter((id) => !queue.taken.has(id));
  };
  return {
    take: async (name) => {
      const queue = queueOf(name);
      const mayLook = elapsedSeconds() - queue.lookedAtSeconds >= againAfterSeconds;
      if (queue.waiting.length === 0 && (mayLook || queue.looking !== undefined)) {
        queue.looking ??= look(name, queue).finally(() => {
          queue.looking = undefined;
        });
        await queue.looking;
      }
      const id = queue.waiting.shift();
      // Labels may be asked for again; every other piece of work is done once.
      if (id !== undefined && name === 'label') queue.waiting.push(id);
      else if (id !== undefined) queue.taken.add(id);
      return id;
    },
  };
}
