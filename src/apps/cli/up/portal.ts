import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '../../../core/kernel/index.ts';
import { installationRoot } from '../../installation.ts';
import type { Progress } from '../progress.ts';

const run = promisify(execFile);
const withinMilliseconds = 180_000;

/** Milliseconds since the epoch of the newest change below the directories. */
async function newestChange(directories: readonly string[]): Promise<number> {
  let newest = 0;
  for (const directory of directories) {
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) newest = Math.max(newest, (await stat(join(entry.parentPath, entry.name))).mtimeMs);
    }
  }
  return newest;
}

async function isPortalCurrent(): Promise<boolean> {
  const built = await stat(join(installationRoot, 'dist/portal/index.html')).catch(() => undefined);
  if (built === undefined) return false;
  const sources = ['src/apps/portal', 'src/apps/contract', 'src/core'].map((path) => join(installationRoot, path));
  return built.mtimeMs >= (await newestChange(sources));
}

/** Builds the portal where it was never built, or where its sources are newer. */
export async function ensurePortal(progress: Progress, signal: AbortSignal): Promise<void> {
  if (await isPortalCurrent()) return;
  const display = progress.step({
    title: 'Build the portal',
    why: 'the pages that the server serves',
    expectedSeconds: 12,
  });
  try {
    const vite = join(installationRoot, 'node_modules/vite/bin/vite.js');
    await run(process.execPath, [vite, 'build', '--logLevel', 'error'], {
      cwd: installationRoot,
      signal,
      timeout: withinMilliseconds,
    });
    display.done();
  } catch (cause) {
    display.failed();
    const said = (cause as { readonly stderr?: string }).stderr?.trim().slice(-2_000) ?? '';
    throw new Fault('COMMAND_FAILED', `The portal could not be built.${said === '' ? '' : `\n${said}`}`, { cause });
  }
}
