import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../core/kernel/index.ts';
import { isAlive, readRecords, startTicksOf, stopProcess } from '../host/processes.ts';

const placeName = /^place-[0-9a-f]{8}$/;
const markerName = 'plimsoll-place.json';
const markerSchema = z.strictObject({
  madeBy: z.literal('plimsoll'),
  /** The directory's own name: a copy or a moved place is not ours to remove. */
  name: z.string(),
  maker: z.strictObject({ pid: z.number().int().positive(), startTicks: z.string() }),
});

/** Where a place keeps the records of its processes. */
export const recordsOf = (directory: string): string => join(directory, 'run');

async function isRealDirectory(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() === true;
}

async function readMarker(directory: string): Promise<z.infer<typeof markerSchema> | undefined> {
  const file = join(directory, markerName);
  if ((await lstat(file).catch(() => undefined))?.isFile() !== true) return undefined;
  try {
    return markerSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Makes a new directory below the root, marked as ours before anything is put into it. */
export async function makePlaceDirectory(root: string): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o755 });
  const name = `place-${randomBytes(4).toString('hex')}`;
  const directory = join(root, name);
  // Fails where anything has that name, a symbolic link included. The users of the place pass through, and list nothing.
  await mkdir(directory, { mode: 0o711 });
  const maker = { pid: process.pid, startTicks: (await startTicksOf(process.pid)) ?? '0' };
  const marker = `${JSON.stringify({ madeBy: 'plimsoll', name, maker })}\n`;
  try {
    await writeFile(join(directory, markerName), marker, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // On a full disk it may be there and empty: then no sweep would know whose it is.
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return directory;
}

/**
 * Ends the recorded processes of a place and removes its directory. Refuses a directory without our marker, one that was
 * copied or moved, and a symbolic link. Nothing there is fine.
 */
export async function removePlaceDirectory(root: string, name: string): Promise<void> {
  const directory = join(root, name);
  if ((await lstat(directory).catch(() => undefined)) === undefined) return;
  const marker = (await isRealDirectory(directory)) ? await readMarker(directory) : undefined;
  if (marker?.name !== name) {
    throw new Fault(
      'RESTORE_FAILED',
      `${directory} was not made by Plimsoll as a place to restore to; it is left alone.`,
    );
  }
  for (const record of (await readRecords(recordsOf(directory))).toReversed()) await stopProcess(record);
  // The marker goes last: a removal that was killed is taken up again by the next sweep.
  const entries = (await readdir(directory)).filter((entry) => entry !== markerName);
  for (const entry of entries) await rm(join(directory, entry), { recursive: true, force: true, maxRetries: 5 });
  await rm(directory, { recursive: true, force: true });
}

/** A maker killed between making the directory and marking it left an empty one; `rmdir` takes nothing else away. */
async function removeBarelyMade(directory: string): Promise<void> {
  const made = await lstat(directory, { bigint: true }).catch(() => undefined);
  const ageNanoseconds = Temporal.Now.instant().epochNanoseconds - (made?.ctimeNs ?? 0n);
  if (made?.isDirectory() === true && ageNanoseconds > 60_000_000_000n) await rmdir(directory).catch(() => undefined);
}

/** Removes the places whose makers are gone; answers their directories. Anything else below the root is left alone. */
export async function sweepPlaces(root: string): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of (await readdir(root).catch(() => [])).sort()) {
    const directory = join(root, name);
    const marker = (await isRealDirectory(directory)) ? await readMarker(directory) : undefined;
    if (marker === undefined && placeName.test(name)) await removeBarelyMade(directory);
    if (marker?.name !== name || (await isAlive(marker.maker))) continue;
    await removePlaceDirectory(root, name);
    removed.push(directory);
  }
  return removed;
}
