import { readdir, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { identityOf } from './command.ts';
import type { ProcessRecord } from './processes.ts';

/** The variable in a process's environment that says which of our records it belongs to (decision 0096). */
const variable = 'PLIMSOLL_PROCESS';

const markSchema = z.strictObject({
  directory: z.string(),
  name: z.string(),
  stopSignal: z.enum(['SIGINT', 'SIGTERM']),
  stopWithinSeconds: z.number().positive(),
});

/** What to start a process with so that it is known again even where whoever started it died before it was recorded. */
export function markFor(
  directory: string,
  { name, stopSignal, stopWithinSeconds }: Omit<ProcessRecord, 'pid' | 'startTicks'>,
): Readonly<Record<string, string>> {
  return { [variable]: JSON.stringify({ directory: resolve(directory), name, stopSignal, stopWithinSeconds }) };
}

function parseMark(text: string): z.infer<typeof markSchema> | undefined {
  try {
    return markSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function readMarkedProcess(pid: number, directory: string): Promise<ProcessRecord | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const text = environment.split('\0').find((each) => each.startsWith(`${variable}=`));
  const mark = text === undefined ? undefined : parseMark(text.slice(variable.length + 1));
  if (mark === undefined || mark.directory !== resolve(directory)) return undefined;
  const facts = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [state, , , session, ...rest] = facts.slice(facts.lastIndexOf(')') + 2).split(' ');
  const startTicks = rest[15];
  // Its children have the mark, too; what was started by us leads a session of its own.
  if (state === undefined || 'ZX'.includes(state) || session !== String(pid) || startTicks === undefined) {
    return undefined;
  }
  const { name, stopSignal, stopWithinSeconds } = mark;
  return { name, pid, startTicks, stopSignal, stopWithinSeconds };
}

/** Every living process that was started for a directory of records, recorded or not. */
export async function readMarked(directory: string): Promise<readonly ProcessRecord[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => readMarkedProcess(pid, directory)));
  return found.filter((record) => record !== undefined);
}

/** The living process that was started under that name, if it runs as the user that it was started for. */
export async function findMarked(
  directory: string,
  { name, user }: { readonly name: string; readonly user: string | undefined },
): Promise<ProcessRecord | undefined> {
  const { uid = process.getuid?.() } = await identityOf(user).catch(() => ({ uid: undefined }));
  for (const record of await readMarked(directory)) {
    if (record.name !== name) continue;
    const owner = await stat(`/proc/${record.pid}`).catch(() => undefined);
    if (owner !== undefined && owner.uid === uid) return record;
  }
  return undefined;
}
