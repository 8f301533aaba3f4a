/** Lets work in while both its number and its bytes stay within bounds: what is in flight is what memory holds. */
export interface Budget {
  run<Result>(bytes: number, work: () => Promise<Result>): Promise<Result>;
}

/** First come, first served; work larger than all the bytes goes alone. */
export function createBudget(most: { readonly works: number; readonly bytes: number }): Budget {
  const waiting: { readonly bytes: number; readonly enter: () => void }[] = [];
  let works = 0;
  let held = 0;
  const admit = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (works >= most.works || (works > 0 && held + next.bytes > most.bytes)) return;
      waiting.shift();
      works += 1;
      held += next.bytes;
      next.enter();
    }
  };
  return {
    run: async (bytes, work) => {
      await new Promise<void>((enter) => {
        waiting.push({ bytes, enter });
        admit();
      });
      try {
        return await work();
      } finally {
        works -= 1;
        held -= bytes;
        admit();
      }
    },
  };
}

/** Does the work for every item, so many at a time; the first failure stops what has not begun and is thrown. */
export async function forEachOf<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  together: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failed: { readonly error: unknown } | undefined;
  for await (const item of items) {
    const task = work(item)
      .catch((error: unknown) => {
        failed ??= { error };
      })
      .finally(() => running.delete(task));
    running.add(task);
    if (running.size >= together) await Promise.race(running);
    if (failed !== undefined) break;
  }
  await Promise.all(running);
  if (failed !== undefined) throw failed.error;
}
