import { connect, createServer, type Socket } from 'node:net';

/** A loopback port of ours behind which a socket file answers. */
export interface Relay {
  readonly port: number;
  close(): Promise<void>;
}

/** Opens a loopback port for a socket file, which need not be there yet: a connection that finds none is closed. */
export async function openRelay(socketFile: string): Promise<Relay> {
  const open = new Set<Socket>();
  const server = createServer((outer) => {
    const inner = connect(socketFile);
    for (const socket of [outer, inner]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.once('close', () => open.delete(socket));
    }
    outer.on('error', () => inner.destroy()).once('close', () => inner.destroy());
    inner.on('error', () => outer.destroy()).once('close', () => outer.destroy());
    outer.pipe(inner).pipe(outer);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen({ host: '127.0.0.1', port: 0 }, resolve);
  await promise;
  server.unref();
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
