import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream, openSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../core/kernel/index.ts';
import { readAnnouncement } from '../../wire-up.ts';
import type { CommandContext } from '../command.ts';
import { alreadyUp, signInLink } from './announce.ts';

const detachedWithinSeconds = 1_800;

/** Copies what the background process writes to our own standard error. */
async function follow(logFile: string, fromByte: number, context: CommandContext): Promise<number> {
  const { size } = await stat(logFile);
  if (size <= fromByte) return fromByte;
  const stream = createReadStream(logFile, { start: fromByte, end: size - 1, encoding: 'utf8' });
  for await (const chunk of stream) context.output.note(String(chunk).trimEnd());
  return size;
}

/** Whether to go on waiting; ends the process and throws where it took too long, or ends it where we were interrupted. */
function endIfDue(child: ChildProcess, deadline: number, logFile: string, signal: AbortSignal): 'wait' | 'interrupted' {
  if (!signal.aborted && performance.now() <= deadline) return 'wait';
  if (child.pid !== undefined) process.kill(child.pid, 'SIGTERM');
  if (signal.aborted) return 'interrupted';
  throw new Fault('DEADLINE_EXCEEDED', `It was not up within ${detachedWithinSeconds} s; see ${logFile}.`);
}

/** Runs the bring-up in a process of its own and returns once everything is up, or once that process gave up. */
export async function runDetached(argv: readonly string[], context: CommandContext): Promise<number> {
  const { settings, output, signal } = context;
  if ((await readAnnouncement(settings.stateDirectory)) !== undefined) return alreadyUp(context);
  const logFile = join(settings.stateDirectory, 'log', 'up.log');
  await mkdir(join(settings.stateDirectory, 'log'), { recursive: true });
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../main.ts'), ...argv], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  child.unref();
  let exitCode: number | null = null;
  child.once('exit', (code) => {
    exitCode = code ?? 1;
  });
  const deadline = performance.now() + detachedWithinSeconds * 1_000;
  for (let shown = 0; ; ) {
    // Looked at first: what it has told before it was up, or before it ended, is shown to the last line.
    const known = await readAnnouncement(settings.stateDirectory);
    const ended = exitCode;
    shown = await follow(logFile, shown, context);
    if (known !== undefined) {
      const link = known.portal === null ? undefined : await signInLink(settings.stateDirectory);
      output.json({ ...known, signInLink: link ?? null, logFile });
      return 0;
    }
    if (ended !== null) return ended;
    if (endIfDue(child, deadline, logFile, signal) === 'interrupted') return 130;
    await sleep(200);
  }
}
