import { setTimeout as sleep } from 'node:timers/promises';
import type { Bytes } from '../../core/kernel/index.ts';
import { asSuperuser } from '../host/cluster.ts';
import type { Place } from './place.ts';

const lookEveryMilliseconds = 2_000;
/** A last look must not hold up what is done: a server that hangs is told of by whoever needs it next. */
const lastLookMilliseconds = 5_000;

interface Growth {
  readonly report: (done: { readonly bytes: Bytes; readonly detail: string }) => void;
  readonly detail: string;
}

/**
 * Tells how large the restored database is while something fills it: `pg_restore` itself says nothing, for hours. Whatever is
 * wrong with looking is not the restore's trouble.
 */
export async function tellingGrowth(
  { layout, databaseName }: Place,
  { report, detail }: Growth,
  fill: () => Promise<void>,
): Promise<void> {
  const filled = new AbortController();
  const { signal } = filled;
  const watched = asSuperuser(layout, async (sql) => {
    const look = async (): Promise<void> => {
      const [row] = await sql<{ bytes: string }[]>`
        select pg_database_size(oid) as bytes from pg_database where datname = ${databaseName}`;
      if (row !== undefined) report({ bytes: Number(row.bytes), detail });
    };
    while (!signal.aborted) {
      await look();
      await sleep(lookEveryMilliseconds, undefined, { signal }).catch(() => undefined);
    }
    await look();
  }).catch(() => undefined);
  try {
    await fill();
  } finally {
    filled.abort();
    await Promise.race([watched, sleep(lastLookMilliseconds, undefined, { ref: false })]);
  }
}
