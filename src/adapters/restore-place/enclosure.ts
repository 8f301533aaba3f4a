import { join } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import { runCommand } from '../host/command.ts';

const program = join(import.meta.dirname, 'enclose.py');

/** How a program is enclosed. */
export interface Enclosure {
  /** The one directory in which its sockets and files are seen from both sides. */
  readonly keep: string;
  readonly user: string;
  /** A socket file by which the outside reaches a port of the program's own loopback. */
  readonly serve?: { readonly socket: string; readonly port: number };
}

/** The command that runs another one where it reaches nothing outside, and dies with whoever started it. */
export function enclosed(enclosure: Enclosure, command: readonly string[]): readonly string[] {
  const { keep, user, serve } = enclosure;
  const served = serve === undefined ? [] : ['--serve', serve.socket, String(serve.port)];
  return ['/usr/bin/python3', program, '--keep', keep, '--user', user, ...served, '--with-parent', '--', ...command];
}

/** Why no program can be enclosed here; `undefined` where one can. Tries it. */
export async function enclosureObstacle(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'making a network of its own for the restored copy needs root';
  try {
    await runCommand({ command: ['/usr/bin/python3', program, '--', '/bin/true'], timeoutSeconds: 20 });
    return undefined;
  } catch (error) {
    return error instanceof Fault ? error.message : String(error);
  }
}
