/**
 * Runs over the items with a bounded number at a time; the first failure ends it, after those under way have ended. An
 * item may weigh more than one: then fewer run beside it. A limit that changes is asked for before each.
 */
export async function eachAtOnce<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  limit: number | (() => number),
  work: (item: Item) => Promise<void>,
  weightOf: (item: Item) => number = () => 1,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let held = 0;
  const mostHeld = (): number => (typeof limit === 'number' ? limit : limit());
  const failures: unknown[] = [];
  try {
    for await (const item of items) {
      const weight = weightOf(item);
      while (running.size > 0 && held + weight > mostHeld()) await Promise.race(running);
      if (failures.length > 0) break;
      held += weight;
      const task: Promise<void> = work(item)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => {
          running.delete(task);
          held -= weight;
        });
      running.add(task);
    }
  } finally {
    await Promise.all(running);
  }
  if (failures.length > 0) throw failures[0];
}
