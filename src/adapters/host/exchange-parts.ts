import { lstat, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type HostLayout, hostPaths } from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import { moveTo, readIfThere, syncDirectory, writeDurably } from './durable-files.ts';

/**
 * `accepting`: what waits may be incomplete, the old is in place. `exchanging`: from here on only forward. `exchanged`: the
 * new is in place, the old set aside. `returning`: from here on only back.
 */
const journalSchema = z.strictObject({
  phase: z.enum(['accepting', 'accepted', 'exchanging', 'exchanged', 'returning']),
  note: z.strictObject({
    restore: z.string(),
    backup: z.string(),
    method: z.enum(['logical', 'physical']),
    isBackedUp: z.boolean(),
    isCopy: z.boolean(),
    until: z.string().optional(),
  }),
});
export type Journal = z.infer<typeof journalSchema>;

/** One thing that is exchanged: where it is in place, and its name among what waits or was set aside. */
interface Part {
  readonly name: string;
  readonly inPlace: string;
}

/** Where everything of one environment's exchange lies. */
export interface Exchanged {
  readonly root: string;
  readonly journalFile: string;
  readonly incoming: string;
  readonly aside: string;
  readonly parts: readonly Part[];
  /** Called after each lasting change; for tests that kill there. */
  readonly step: () => void;
}

export function exchangedOf(
  layout: Pick<HostLayout, 'runtimeDirectory'>,
  database: string,
  step: () => void,
): Exchanged {
  const paths = hostPaths(layout);
  const root = layout.runtimeDirectory;
  return {
    root,
    journalFile: join(root, 'exchange.json'),
    incoming: join(root, 'incoming'),
    aside: join(root, 'set-aside'),
    parts: [
      { name: 'data', inPlace: paths.postgresData },
      { name: 'superuser-password', inPlace: paths.superuserPasswordFile },
      { name: 'filestore', inPlace: paths.filestore(database) },
    ],
    step,
  };
}

export const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** What was written of an exchange. Throws RESTORE_FAILED for a journal that is none: then nothing is touched. */
export async function readJournal({ journalFile }: Exchanged): Promise<Journal | undefined> {
  const text = await readIfThere(journalFile);
  if (text === undefined) return undefined;
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch (cause) {
    const message = `${journalFile} is not understood; the data beside it is left as it is.`;
    throw new Fault('RESTORE_FAILED', message, { cause });
  }
}

export async function writeJournal({ journalFile, step }: Exchanged, journal: Journal): Promise<void> {
  await writeDurably(journalFile, `${JSON.stringify(journal)}\n`);
  step();
}

/** Moves something such that it stays moved. */
export async function moveForGood({ step }: Exchanged, from: string, to: string): Promise<void> {
  await moveTo(from, to);
  await syncDirectory(dirname(to));
  // What was moved here may have been the last thing in a directory that is gone by now.
  await syncDirectory(dirname(from)).catch(() => undefined);
  step();
}

export async function clear({ step }: Exchanged, directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  step();
}

/** Each part is where it was, nowhere, or where it goes: what is there says what is left to do. */
export async function moveForward(exchanged: Exchanged): Promise<void> {
  const { incoming, aside, parts } = exchanged;
  await mkdir(aside, { recursive: true, mode: 0o700 });
  for (const { name, inPlace } of parts) {
    const waits = join(incoming, name);
    if (!(await isThere(waits))) continue;
    if (await isThere(inPlace)) await moveForGood(exchanged, inPlace, join(aside, name));
    await moveForGood(exchanged, waits, inPlace);
  }
}

/** The reverse, for the parts that have an old one. */
export async function moveBack(exchanged: Exchanged): Promise<void> {
  const { root, aside, parts } = exchanged;
  const gone = join(root, 'put-back');
  await mkdir(gone, { recursive: true, mode: 0o700 });
  for (const { name, inPlace } of parts) {
    const old = join(aside, name);
    // Only where an old part still waits: once it is back, what is in place must not be taken for the new one.
    if (!(await isThere(old))) continue;
    if (await isThere(inPlace)) await moveForGood(exchanged, inPlace, join(gone, name));
    await moveForGood(exchanged, old, inPlace);
  }
  await clear(exchanged, gone);
}

/** Forgets an exchange, with whatever of it is not in place. */
export async function endExchange(exchanged: Exchanged): Promise<void> {
  await clear(exchanged, exchanged.incoming);
  await clear(exchanged, exchanged.aside);
  await rm(exchanged.journalFile, { force: true });
  exchanged.step();
}
