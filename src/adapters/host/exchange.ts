import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type HostLayout, hostPaths } from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { ReleasedData } from '../../ports/restore-place.ts';
import type { ExchangeNote, RestoreTarget } from '../../ports/restore-target.ts';
import { syncDisk } from './durable-files.ts';
import {
  clear,
  type Exchanged,
  endExchange,
  exchangedOf,
  isThere,
  moveBack,
  moveForGood,
  moveForward,
  readJournal,
  writeJournal,
} from './exchange-parts.ts';

/** After a kill: back where nothing of the new was in place yet, forward where something was. */
async function heal(exchanged: Exchanged): Promise<Awaited<ReturnType<RestoreTarget['heal']>>> {
  const journal = await readJournal(exchanged);
  switch (journal?.phase) {
    case undefined:
    case 'exchanged':
      return 'nothing';
    case 'accepting':
    case 'accepted':
      await endExchange(exchanged);
      return 'dropped';
    case 'exchanging':
      await moveForward(exchanged);
      await writeJournal(exchanged, { ...journal, phase: 'exchanged' });
      return 'finished';
    case 'returning':
      await moveBack(exchanged);
      await endExchange(exchanged);
      return 'returned';
  }
}

async function accept(
  exchanged: Exchanged,
  released: ReleasedData,
  note: ExchangeNote,
  prepare: (dataDirectory: string) => Promise<void>,
): Promise<void> {
  const { root, incoming } = exchanged;
  await mkdir(root, { recursive: true, mode: 0o755 });
  await writeJournal(exchanged, { phase: 'accepting', note });
  await clear(exchanged, incoming);
  await mkdir(incoming, { mode: 0o700 });
  await moveForGood(exchanged, released.dataDirectory, join(incoming, 'data'));
  await moveForGood(exchanged, released.superuserPasswordFile, join(incoming, 'superuser-password'));
  await moveForGood(exchanged, released.filestoreDirectory, join(incoming, 'filestore'));
  await prepare(join(incoming, 'data'));
  await syncDisk(incoming);
  await writeJournal(exchanged, { phase: 'accepted', note });
}

async function exchange(exchanged: Exchanged): Promise<void> {
  const journal = await readJournal(exchanged);
  if (journal?.phase !== 'accepted') {
    const message = `Nothing that is whole waits in ${exchanged.incoming}; what is in place is left alone.`;
    throw new Fault('RESTORE_FAILED', message);
  }
  await clear(exchanged, exchanged.aside);
  await writeJournal(exchanged, { ...journal, phase: 'exchanging' });
  await moveForward(exchanged);
  await writeJournal(exchanged, { ...journal, phase: 'exchanged' });
}

async function putBack(exchanged: Exchanged): Promise<void> {
  const journal = await readJournal(exchanged);
  if (journal?.phase !== 'exchanged') return;
  await writeJournal(exchanged, { ...journal, phase: 'returning' });
  await moveBack(exchanged);
  await endExchange(exchanged);
}

async function settle(
  exchanged: Exchanged,
  { keepsOld, at }: { readonly keepsOld: boolean; readonly at: Temporal.Instant },
): Promise<string | undefined> {
  const { root, aside } = exchanged;
  const kept = join(root, `before-${at.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '')}`);
  const isKept = keepsOld && (await isThere(aside));
  if (isKept) await moveForGood(exchanged, aside, kept);
  await endExchange(exchanged);
  return isKept ? kept : undefined;
}

/** The exchange of an environment's data, by renaming. Every step can be repeated after a kill. */
export function createExchange(
  layout: Pick<HostLayout, 'runtimeDirectory'>,
  database: string,
  step: () => void = () => {},
) {
  const exchanged = exchangedOf(layout, database, step);
  return {
    read: () => readJournal(exchanged),
    /** Whether a cluster is in place. */
    hasData: () => isThere(hostPaths(layout).postgresData),
    heal: () => heal(exchanged),
    accept: (released: ReleasedData, note: ExchangeNote, prepare: (dataDirectory: string) => Promise<void>) =>
      accept(exchanged, released, note, prepare),
    exchange: () => exchange(exchanged),
    putBack: () => putBack(exchanged),
    settle: (options: { readonly keepsOld: boolean; readonly at: Temporal.Instant }) => settle(exchanged, options),
  };
}
