import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startLab } from '../../../test/lab/index.ts';
import { hostUsers } from '../../core/compile/host/index.ts';
import { runCommand } from '../host/command.ts';
import { isAlive, readRecords } from '../host/processes.ts';
import { removePlaceDirectory, sweepPlaces } from './directory.ts';
import { enclosed, enclosureObstacle } from './enclosure.ts';

let root = '';
const servers: Server[] = [];

beforeAll(async () => {
  // Prepares the packages, the users and the unpacked Odoo that places need.
  await startLab();
  root = await mkdtemp(join(tmpdir(), 'plimsoll-isolation-'));
  await chmod(root, 0o755);
});
afterAll(async () => {
  for (const server of servers) server.close();
  await rm(root, { recursive: true, force: true });
});

/** Something of the outside that accepts connections: a mail server, a web server or a name server of this machine. */
async function outside(where: { host: string } | { path: string }): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {}).end('reached\n'));
  servers.push(server);
  server.listen('path' in where ? where : { ...where, port: 0 });
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'string' ? address : String(address?.port);
}

const tries = `
import json, os, socket, sys
def attempt(work):
    try:
        work()
        return "reached"
    except OSError as error:
        return type(error).__name__ + ": " + (error.strerror or str(error))
def datagram(to):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"?", to)
def file(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
mail, abstract, path = sys.argv[1:4]
print(json.dumps({
    "mail": attempt(lambda: socket.create_connection(("127.0.0.1", int(mail)), 3)),
    "http": attempt(lambda: socket.create_connection(("192.0.2.1", 80), 3)),
    "dns": attempt(lambda: datagram(("192.0.2.53", 53))),
    "ipv6": attempt(lambda: socket.create_connection(("2001:db8::1", 443), 3)),
    "abstract": attempt(lambda: file("\\0" + abstract)),
    "socket-file": attempt(lambda: file(path)),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "user": os.geteuid(),
}))`;

describe('an enclosure', () => {
  async function tryOut(enclose: boolean): Promise<Readonly<Record<string, unknown>>> {
    const place = await mkdtemp(join(root, 'inside-'));
    await chmod(place, 0o755);
    const mail = await outside({ host: '127.0.0.1' });
    const abstract = `plimsoll-test-${process.pid}-${enclose}`;
    await outside({ path: `\0${abstract}` });
    // Where name services, mail and databases of the machine listen: /run, or /tmp.
    const path = join(tmpdir(), `plimsoll-outside-${process.pid}-${enclose}.sock`);
    await outside({ path });
    await chmod(path, 0o777);
    const command = ['/usr/bin/python3', '-c', tries, mail, abstract, path];
    const lines = await runCommand({
      command: enclose ? enclosed({ keep: place, user: hostUsers.odoo }, command) : command,
      timeoutSeconds: 30,
    });
    return JSON.parse(lines.at(-1) ?? '{}') as Readonly<Record<string, unknown>>;
  }

  test('reaches no mail, web, name or other server, has no interface but its loopback, and no privilege', async () => {
    const found = await tryOut(true);
    expect(found['interfaces']).toEqual(['lo']);
    expect(found['user']).not.toBe(0);
    for (const way of ['mail', 'http', 'dns', 'ipv6', 'abstract', 'socket-file']) {
      expect(found[way], way).not.toBe('reached');
      expect(String(found[way]), way).toMatch(/refused|unreachable|No such file|Cannot assign/);
    }
  });

  test('is what keeps them away: the same program without it reaches them', async () => {
    const found = await tryOut(false);
    expect(found).toMatchObject({ mail: 'reached', abstract: 'reached', 'socket-file': 'reached' });
  });

  test('can be made here', async () => {
    expect(await enclosureObstacle()).toBeUndefined();
  });
});

describe('places and their makers', () => {
  const makers: ChildProcess[] = [];
  // One that outlives a failed test would keep the whole run from ending.
  afterEach(() => {
    for (const maker of makers.splice(0)) maker.kill('SIGKILL');
  });
  const start = (placesRoot: string): ChildProcess => {
    const script = join(import.meta.dirname, '../../../test/recovery/doomed-maker.ts');
    const maker = spawn(process.execPath, [script, placesRoot], { stdio: ['ignore', 'pipe', 'inherit'] });
    makers.push(maker);
    return maker;
  };

  test('a maker killed with -9 takes its processes with it, and the next sweep takes the rest', async () => {
    const placesRoot = join(root, 'killed');
    const maker = start(placesRoot);
    const [directory] = (await once(createInterface({ input: maker.stdout ?? process.stdin }), 'line')) as [string];
    const records = await readRecords(join(directory, 'run'));
    expect(records.map(({ name }) => name)).toEqual(['postgres']);
    expect(await sweepPlaces(placesRoot)).toEqual([]);
    maker.kill('SIGKILL');
    await once(maker, 'exit');
    for (let attempt = 0; attempt < 100 && (await isAlive(records[0] ?? { pid: 0, startTicks: '' })); attempt += 1) {
      await sleep(50);
    }
    expect(await Promise.all(records.map(isAlive))).toEqual([false]);
    expect(await sweepPlaces(placesRoot)).toEqual([directory]);
    expect(await readdir(placesRoot)).toEqual([]);
  });

  test('what is not a place of ours is neither swept nor removed, and links are not followed', async () => {
    const placesRoot = join(root, 'foreign');
    const precious = join(root, 'precious');
    await mkdir(join(placesRoot, 'place-00000001'), { recursive: true });
    await mkdir(precious);
    await writeFile(join(precious, 'kept'), 'kept');
    const marker = { madeBy: 'plimsoll', name: 'place-00000002', maker: { pid: 2 ** 22 - 1, startTicks: '1' } };
    // A copy of a place under another name, with a marker that names the original.
    await writeFile(join(placesRoot, 'place-00000001', 'plimsoll-place.json'), JSON.stringify(marker));
    await writeFile(join(precious, 'plimsoll-place.json'), JSON.stringify(marker));
    await symlink(precious, join(placesRoot, 'place-00000002'));
    expect(await sweepPlaces(placesRoot)).toEqual([]);
    for (const name of ['place-00000001', 'place-00000002']) {
      await expect(removePlaceDirectory(placesRoot, name)).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
    }
    expect(await readFile(join(precious, 'kept'), 'utf8')).toBe('kept');
  });

  test('links inside a place are removed, not what they lead to', async () => {
    const placesRoot = join(root, 'links');
    const precious = join(root, 'linked');
    await mkdir(join(placesRoot, 'place-00000003'), { recursive: true });
    await mkdir(precious);
    await writeFile(join(precious, 'kept'), 'kept');
    const marker = { madeBy: 'plimsoll', name: 'place-00000003', maker: { pid: 2 ** 22 - 1, startTicks: '1' } };
    await writeFile(join(placesRoot, 'place-00000003', 'plimsoll-place.json'), JSON.stringify(marker));
    await symlink(precious, join(placesRoot, 'place-00000003', 'odoo'));
    expect(await sweepPlaces(placesRoot)).toHaveLength(1);
    expect(await readFile(join(precious, 'kept'), 'utf8')).toBe('kept');
  });
});
