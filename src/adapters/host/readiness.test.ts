import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPostmasterOf } from './postmaster.ts';
import { waitUntilReady } from './readiness.ts';

/** Answers as a PostgreSQL does that wants a password: it is one, and not the one that was started. */
const foreign = createServer((socket) => {
  socket.on('error', () => undefined).once('data', () => socket.write(Buffer.from('R\0\0\0\x08\0\0\0\x05')));
});
let port: number;
let dataDirectory: string;

beforeAll(async () => {
  await new Promise<void>((listening) => foreign.listen({ host: '127.0.0.1', port: 0 }, listening));
  const address = foreign.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  dataDirectory = await mkdtemp(join(tmpdir(), 'plimsoll-postmaster-'));
});
afterAll(async () => {
  foreign.close();
  await rm(dataDirectory, { recursive: true });
});

const pidFile = (pid: number, status: string): string =>
  `${pid}\n${dataDirectory}\n1764349200\n5432\n/srv/s\n\n  1234567         3\n${status.padEnd(8)}\n`;
const says = (pid: number, status: string): Promise<void> =>
  writeFile(join(dataDirectory, 'postmaster.pid'), pidFile(pid, status));

/** Waits for the server 4711, which somebody else's port stands in for, and which ends after some looks. */
function wait(isOurs?: () => Promise<boolean>): Promise<void> {
  let looks = 0;
  const isAlive = async (): Promise<boolean> => {
    looks += 1;
    return looks < 5;
  };
  const guard = isOurs === undefined ? {} : { isOurs };
  return waitUntilReady('postgres', { kind: 'postgres', port }, { withinSeconds: 60, isAlive, ...guard });
}
const isServer = () => isPostmasterOf(dataDirectory, 4711);

test("a port that is answered by somebody else's PostgreSQL is not ours", async () => {
  await expect(wait(isServer)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
});

test('without that look it would count', () => expect(wait()).resolves.toBeUndefined());

test('ours counts once it says that it takes sessions, and not what an earlier one has left', async () => {
  for (const [pid, status] of [
    [4711, 'starting'],
    [4711, 'standby'],
    [815, 'ready'],
  ] as const) {
    await says(pid, status);
    expect(await isServer()).toBe(false);
  }
  await says(4711, 'ready');
  await wait(isServer);
});
