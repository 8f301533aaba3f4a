import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an HTTP receiver was sent. */
export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  /** Where the sender's connection comes from. */
  readonly senderPort: number;
}

/** A real HTTP receiver on loopback. `answer` says what each request gets; a status of 0 is no answer at all. */
export async function openReceiver(answer: (received: Received, count: number) => number = () => 200) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const each = {
        ...{ path: request.url ?? '', headers: request.headers, body: JSON.parse(text) as unknown },
        senderPort: request.socket.remotePort ?? 0,
      };
      received.push(each);
      const status = answer(each, received.length);
      if (status === 0) return;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end(status >= 400 ? 'no' : 'ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url, received, close };
}
