import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type HeldLock, tryLock } from './lock.ts';
import { readMarked } from './marked-processes.ts';
import {
  dropRecord,
  isAlive,
  type ProcessRecord,
  readRecords,
  saveRecord,
  startTicksOf,
  stopProcess,
} from './processes.ts';

const directoryOf = (stateDirectory: string): string => join(stateDirectory, 'supervisor');
const announcementFile = (stateDirectory: string): string => join(directoryOf(stateDirectory), 'ready');

const announcementSchema = z.strictObject({
  pid: z.number().int(),
  portal: z.string().nullable(),
  environments: z.array(z.string()),
  seconds: z.number(),
  steps: z.array(z.strictObject({ title: z.string(), seconds: z.number() })),
});

/** What a bring-up says about itself once everything is up. */
export type Announcement = z.infer<typeof announcementSchema>;

/** The bring-up that holds this state directory: one at a time. */
export interface Supervision {
  announce(announcement: Omit<Announcement, 'pid'>): Promise<void>;
  end(): Promise<void>;
}

/** Becomes the supervisor of a state directory, or answers `undefined` where another process is. */
export async function beginSupervision(stateDirectory: string): Promise<Supervision | undefined> {
  const lock: HeldLock | undefined = await tryLock(`${stateDirectory}/up`);
  if (lock === undefined) return undefined;
  const directory = directoryOf(stateDirectory);
  await mkdir(directory, { recursive: true });
  await rm(announcementFile(stateDirectory), { force: true });
  const startTicks = (await startTicksOf(process.pid)) ?? '0';
  await saveRecord(directory, {
    name: 'up',
    pid: process.pid,
    startTicks,
    stopSignal: 'SIGTERM',
    stopWithinSeconds: 120,
  });
  return {
    announce: (announcement) =>
      writeFile(announcementFile(stateDirectory), `${JSON.stringify({ pid: process.pid, ...announcement })}\n`),
    end: async () => {
      await rm(announcementFile(stateDirectory), { force: true });
      await dropRecord(directory, 'up');
      await lock.release();
    },
  };
}

/** What the living supervisor of a state directory announced, once it has. */
export async function readAnnouncement(stateDirectory: string): Promise<Announcement | undefined> {
  const text = await readFile(announcementFile(stateDirectory), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const [record] = await readRecords(directoryOf(stateDirectory));
  if (record === undefined || !(await isAlive(record))) return undefined;
  try {
    return announcementSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The living supervisor's process id. */
export async function supervisorPid(stateDirectory: string): Promise<number | undefined> {
  const [record] = await readRecords(directoryOf(stateDirectory));
  return record !== undefined && (await isAlive(record)) ? record.pid : undefined;
}

/** What depends on others stops before them. */
const stopOrder = ['workload', 'serve', 'cron', 'gevent', 'web', 'postgres'];

async function runDirectories(stateDirectory: string): Promise<readonly string[]> {
  const entries = await readdir(stateDirectory, { withFileTypes: true }).catch(() => []);
  const environments = entries.filter((entry) => entry.isDirectory() && entry.name !== 'lab');
  return [join(stateDirectory, 'run'), ...environments.map((entry) => join(stateDirectory, entry.name, 'run'))];
}

/** One recorded process that was stopped. */
export interface StoppedProcess {
  readonly component: string;
  readonly pid: number;
  readonly how: 'stopped' | 'killed';
}

/** What was recorded, and what lives and was started for these records without having got so far. */
async function readStarted(directory: string): Promise<readonly ProcessRecord[]> {
  const records = await readRecords(directory);
  const left = (await readMarked(directory)).filter(({ pid }) => !records.some((record) => record.pid === pid));
  return [...records, ...left];
}

/** Stops every process that bring-ups of this state directory started and that still lives, and nothing else. */
export async function stopRecorded(stateDirectory: string): Promise<readonly StoppedProcess[]> {
  const stopped: StoppedProcess[] = [];
  for (const directory of await runDirectories(stateDirectory)) {
    const records = await readStarted(directory);
    const ordered = records.toSorted((a, b) => stopOrder.indexOf(a.name) - stopOrder.indexOf(b.name));
    for (const record of ordered) {
      const how = await stopProcess(record);
      if (how !== 'was-gone') stopped.push({ component: record.name, pid: record.pid, how });
      await dropRecord(directory, record.name);
    }
  }
  return stopped;
}

/** Asks the living supervisor to stop everything and waits for it; `false` where there is none. */
export async function stopSupervisor(stateDirectory: string): Promise<boolean> {
  const directory = directoryOf(stateDirectory);
  const [record] = await readRecords(directory);
  if (record === undefined) return false;
  const how = await stopProcess(record);
  await dropRecord(directory, 'up');
  return how !== 'was-gone';
}
