import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openPool } from '../postgres/index.ts';
import { openEmbedded } from './index.ts';

const stateDirectory = await mkdtemp(join(tmpdir(), 'plimsoll-embedded-'));
afterAll(() => rm(stateDirectory, { recursive: true, force: true }));

/** Opens the same state directory in a process of its own, which prints its port and waits. */
async function ownerElsewhere() {
  const script = `import { openEmbedded } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
const opened = await openEmbedded({ stateDirectory: ${JSON.stringify(stateDirectory)}, whenOwned: 'refuse' });
console.log(opened.port); setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
    child.once('exit', () => reject(new Error('the owner ended')));
  });
  return { child, port, ended };
}

describe('the embedded PostgreSQL', () => {
  test('one process owns it, others may join; after a kill -9 the next one takes over what was left', async () => {
    const owner = await ownerElsewhere();
    await expect(openEmbedded({ stateDirectory, whenOwned: 'refuse' })).rejects.toMatchObject({ code: 'STORE_IN_USE' });
    const guest = await openEmbedded({ stateDirectory, whenOwned: 'share' });
    expect(guest).toMatchObject({ isOwner: false, port: owner.port });
    owner.child.kill('SIGKILL');
    await owner.ended;
    const heir = await openEmbedded({ stateDirectory, whenOwned: 'refuse' });
    expect(heir).toMatchObject({ isOwner: true, port: owner.port });
    const pool = openPool(heir.url, { maxConnections: 1 });
    expect((await pool<{ one: number }[]>`SELECT 1 AS one`)[0]?.one).toBe(1);
    await pool.end();
    await heir.stop();
    const again = await openEmbedded({ stateDirectory, whenOwned: 'refuse' });
    await again.stop();
  });
});
