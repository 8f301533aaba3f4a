import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostOdoo } from '../../src/adapters/host/odoo-run.ts';
import type { HostLayout } from '../../src/core/compile/host/index.ts';

/**
 * Odoo's own code in Odoo's own shell: attachments come and go while its collection of files works. Answers how to stop it;
 * stopped, it says what it came to.
 */
export async function startChurn(layout: HostLayout, database: string): Promise<() => Promise<string>> {
  const scratch = await mkdtemp(join(tmpdir(), 'plimsoll-churn-'));
  const stopFile = join(scratch, `stop-${randomBytes(4).toString('hex')}`);
  await chmod(scratch, 0o777);
  const ended = hostOdoo(layout)(
    {
      verb: 'shell',
      database,
      args: ['--log-level=critical'],
      input: await readFile(join(import.meta.dirname, 'churn.py'), 'utf8'),
      environment: { PLIMSOLL_CHURN_STOP: stopFile },
      timeoutSeconds: 900,
    },
    { report: () => {} },
  );
  for (let tries = 0; tries < 600; tries += 1) {
    if ((await readdir(scratch)).includes(`${basename(stopFile)}.ready`)) break;
    await sleep(100);
  }
  return async () => {
    await writeFile(stopFile, '');
    const said = (await ended).find((line) => line.includes('PLIMSOLL-CHURN-DONE')) ?? 'it did not end';
    await rm(scratch, { recursive: true, force: true });
    return said;
  };
}
