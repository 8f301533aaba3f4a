import { readdir, readFile, readlink } from 'node:fs/promises';

async function inodeOf(localPort: number): Promise<string | undefined> {
  const wanted = localPort.toString(16).toUpperCase().padStart(4, '0');
  const lines = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n').slice(1);
  const columns = lines.map((line) => line.trim().split(/\s+/));
  return columns.find((fields) => fields[1]?.endsWith(`:${wanted}`) === true && fields[9] !== '0')?.[9];
}

async function holds(pid: number, inode: string): Promise<boolean> {
  const directory = `/proc/${pid}/fd`;
  const links = await Promise.all(
    (await readdir(directory)).map((name) => readlink(`${directory}/${name}`).catch(() => '')),
  );
  return links.includes(`socket:[${inode}]`);
}

/** Which of some processes has the connection that leaves from a port of 127.0.0.1; `undefined` where none has. */
export async function ownerOfPort(localPort: number, pids: readonly number[]): Promise<number | undefined> {
  const inode = await inodeOf(localPort);
  if (inode === undefined) return undefined;
  for (const pid of pids) if (await holds(pid, inode)) return pid;
  return undefined;
}
