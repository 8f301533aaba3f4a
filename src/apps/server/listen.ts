import { serve } from '@hono/node-server';
import { Fault } from '../../core/kernel/index.ts';

export interface Listening {
  readonly url: string;
  /** Stops accepting, lets requests in flight finish for the time given, then closes what is left. */
  stop(withinSeconds: number): Promise<void>;
}

/** Listens. Throws PORT_IN_USE where somebody else does. Port 0 chooses a free one. */
export async function listen(
  app: { fetch(request: Request): Response | Promise<Response> },
  place: { readonly host: string; readonly port: number },
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: place.host, port: place.port }, (address) => {
      const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      resolve({
        url: `http://${host}:${address.port}`,
        stop: (withinSeconds) =>
          new Promise((stopped) => {
            const force = setTimeout(() => {
              if ('closeAllConnections' in server) server.closeAllConnections();
            }, withinSeconds * 1_000);
            server.close(() => {
              clearTimeout(force);
              stopped();
            });
            if ('closeIdleConnections' in server) server.closeIdleConnections();
          }),
      });
    });
    if ('headersTimeout' in server) {
      server.headersTimeout = 15_000;
      server.requestTimeout = 60_000;
      server.keepAliveTimeout = 10_000;
    }
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        isTaken
          ? new Fault('PORT_IN_USE', `Port ${place.port} is taken; choose another with --port.`, { cause: error })
          : error,
      );
    });
  });
}
