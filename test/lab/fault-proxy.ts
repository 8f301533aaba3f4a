// A proxy of our own between a client and a server: it does to requests what networks and services do on a bad day.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to one request. `lost`: it arrives and its answer does not. */
export type Trouble =
  | { readonly kind: 'pass' }
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  | { readonly kind: 'reset' | 'lost' | 'stall' | 'truncate' | 'corrupt' }
  | { readonly kind: 'slow'; readonly bytesEveryMillisecond: number };

/** A request as a rule sees it; `number` counts from one. */
export interface Seen {
  readonly number: number;
  readonly method: string;
  readonly path: string;
  /** The access key that signed it. */
  readonly accessKey: string;
}

export interface FaultProxy {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** From now on; counting begins again. */
  trouble(rule: (request: Seen) => Trouble): void;
  stop(): Promise<void>;
}

const pass: Trouble = { kind: 'pass' };

function errorBody(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>Made up by the test.</Message></Error>`;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function forward(target: URL, incoming: IncomingMessage, body: Buffer) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request(
    {
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
      agent: false,
    },
    resolve,
  );
  outgoing.on('error', reject).end(body);
  const answer = await promise;
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await bodyOf(answer) };
}

type Answer = Awaited<ReturnType<typeof forward>>;

async function writeSlowly(response: ServerResponse, body: Buffer, step: number): Promise<void> {
  for (let at = 0; at < body.length; at += step) {
    response.write(body.subarray(at, at + step));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  response.end();
}

async function deliver(response: ServerResponse, answer: Answer, trouble: Trouble): Promise<void> {
  const { 'transfer-encoding': _, ...headers } = answer.headers;
  const length = headers['content-length'] ?? answer.body.length;
  response.writeHead(answer.status, { ...headers, 'content-length': length });
  if (trouble.kind === 'truncate') {
    response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => response.destroy());
  } else if (trouble.kind === 'corrupt') {
    response.end(answer.body.map((byte, at) => (at === answer.body.length - 5 ? byte ^ 1 : byte)));
  } else if (trouble.kind === 'slow') await writeSlowly(response, answer.body, trouble.bytesEveryMillisecond);
  else response.end(answer.body);
}

function describe(incoming: IncomingMessage, number: number): Seen {
  return {
    number,
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    accessKey: /Credential=([^/]+)/.exec(incoming.headers.authorization ?? '')?.[1] ?? '',
  };
}

function refuse(response: ServerResponse, method: string, { status, code }: { status: number; code: string }): void {
  response.writeHead(status, { 'content-type': 'application/xml', date: new Date().toUTCString() });
  response.end(method === 'HEAD' ? undefined : errorBody(code));
}

/** Starts the proxy on a free loopback port; without a rule everything passes. */
export async function startFaultProxy(targetUrl: string): Promise<FaultProxy> {
  const target = new URL(targetUrl);
  const seen: Seen[] = [];
  let rule: (request: Seen) => Trouble = () => pass;
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const request = describe(incoming, seen.length + 1);
    seen.push(request);
    const trouble = rule(request);
    if (trouble.kind === 'stall') return;
    if (trouble.kind === 'reset') return void incoming.socket.resetAndDestroy();
    if (trouble.kind === 'refuse') return refuse(response, request.method, trouble);
    const answer = await forward(target, incoming, body);
    if (trouble.kind === 'lost') return void incoming.socket.resetAndDestroy();
    // An answer to HEAD has a length and no body.
    if (request.method === 'HEAD') return void response.writeHead(answer.status, answer.headers).end();
    await deliver(response, answer, trouble);
  };
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    trouble: (next) => {
      seen.length = 0;
      rule = next;
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
