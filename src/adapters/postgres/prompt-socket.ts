import { connect, type Socket } from 'node:net';

/** Of the driver's own options: what there is to connect to. */
interface Target {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path?: string | false | undefined;
  readonly connect_timeout?: number | null | undefined;
}

const fallbackTimeoutSeconds = 30;

/** PostgreSQL answers a CancelRequest with nothing but the end; no other first message is so long (protocol 3.0, 55.7). */
const cancelRequestBytes = 16;

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function open(address: { path: string } | { host: string; port: number }, timeoutSeconds: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect(address);
  const timer = setTimeout(
    () => socket.destroy(failure('CONNECT_TIMEOUT', `no connection within ${timeoutSeconds} s`)),
    timeoutSeconds * 1_000,
  );
  socket.once('error', reject).once('connect', () => {
    clearTimeout(timer);
    // For its encryption, the driver wants to know whom it is connected to.
    resolve(Object.assign(socket, address));
  });
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => {
    if (socket.bytesRead > 0 || socket.bytesWritten === cancelRequestBytes) return;
    socket.destroy(failure('ECONNRESET', 'the connection was closed before PostgreSQL said a word'));
  });
  return promise;
}

/**
 * For the options of every connection to a PostgreSQL. Where a connection is taken and closed before a word was said, as by
 * docker-proxy without its container or a balancer without a server, the driver (postgres 3.4.9) connects anew for ever,
 * without a pause, until the process has no file left to open. With this it is an error like any other, ECONNRESET.
 */
export const promptSocket = {
  async socket({ host, port, path, connect_timeout: timeout }: Target): Promise<Socket> {
    const seconds = timeout ?? fallbackTimeoutSeconds;
    if (typeof path === 'string' && path !== '') return open({ path }, seconds);
    const addresses = host.map((name, index) => ({ host: name, port: port[index] ?? port[0] ?? 5432 }));
    let problem: unknown;
    for (const address of addresses) {
      try {
        return await open(address, seconds);
      } catch (error) {
        problem = error;
      }
    }
    throw problem;
  },
};
