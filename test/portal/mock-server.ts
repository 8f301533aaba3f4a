import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { answerMock, createMockState, type MockState } from '../../src/apps/portal/mock/answer.ts';

/** Stricter than the real server needs to be: no inline script, no inline style, no other origin. */
export const strictPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

export interface MockServer {
  readonly url: string;
  readonly state: MockState & {
    signIn: (path: string, body: unknown) => { readonly status: number; readonly body: unknown };
  };
  /** Sends a CloudEvent of that type to every open stream. */
  emit(type: string, subject: string): void;
  /** Cuts every open event stream and refuses new ones until allowed again. */
  setEventsAllowed(isAllowed: boolean): void;
  close(): Promise<void>;
}

async function sendFile(built: string, path: string, response: ServerResponse): Promise<void> {
  const relative = normalize(path).replace(/^(\.\.[/\\])+/, '');
  const file = extname(relative) === '' ? 'index.html' : relative;
  try {
    const content = await readFile(join(built, file));
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': strictPolicy,
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : JSON.parse(text);
}

/** The built portal on a made-up API, on a port of its own. Sign-in answers come from the state, too. */
export async function startMockServer(built: string): Promise<MockServer> {
  const state: MockServer['state'] = {
    ...createMockState(),
    signIn: () => ({ status: 404, body: { code: 'NOT_FOUND', message: 'Nothing.' } }),
  };
  const streams = new Set<ServerResponse>();
  let isEventsAllowed = true;
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/api/v1/events') {
      if (!isEventsAllowed || state.me === null) return void response.writeHead(503).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 300\n\n');
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    if (!url.pathname.startsWith('/api/')) return void (await sendFile(built, url.pathname, response));
    const body = await bodyOf(request);
    if (url.pathname.startsWith('/api/auth/')) {
      const said = state.signIn(url.pathname.slice('/api/auth'.length), body);
      return void response
        .writeHead(said.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(said.body));
    }
    const answered = answerMock({ method: request.method ?? 'GET', url, body }, state, Temporal.Now.instant());
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(JSON.stringify(answered.body));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let sent = 0;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    emit(type, subject) {
      sent += 1;
      const event = {
        specversion: '1.0',
        id: String(sent),
        source: 'plimsoll',
        type,
        time: Temporal.Now.instant().toString(),
        subject,
        datacontenttype: 'application/json',
        data: {},
      };
      for (const stream of streams) stream.write(`id: ${sent}\nevent: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
    },
    setEventsAllowed(isAllowed) {
      isEventsAllowed = isAllowed;
      if (!isAllowed) for (const stream of streams) stream.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const stream of streams) stream.destroy();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
