import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Fault, type Secret } from '../../core/kernel/index.ts';
import type { RedisReader } from '../../ports/redis-reader.ts';

/** `INFO` is some five kilobytes; something else on that port may answer without end. */
const maximumBytes = 256 * 1_024;
const defaultPort = 6_379;

interface Target {
  readonly host: string;
  readonly port: number;
  readonly isEncrypted: boolean;
  readonly credentials: readonly string[];
}

/** What a `redis://user:password@host:port` names. The database number does not matter: INFO is about the server. */
export function parseRedisUrl(text: string): Target {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw new Fault(
      'REDIS_UNREACHABLE',
      'connect.redis.url is not of the form redis://host:port or rediss://host:port.',
    );
  }
  const [user, password] = [url.username, url.password].map(decodeURIComponent);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    isEncrypted: url.protocol === 'rediss:',
    credentials: [user ?? '', password ?? ''].filter((part) => part !== ''),
  };
}

/** A command as the protocol writes it: nothing in an argument can end it. */
export function encodeCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** One reply and how many bytes it took. */
interface Reply {
  readonly kind: 'text' | 'error';
  readonly text: string;
  readonly length: number;
}

/** The first reply in the bytes; `undefined` while its end has not come. */
export function decodeReply(bytes: Buffer): Reply | undefined {
  const lineEnd = bytes.indexOf('\r\n');
  if (lineEnd === -1) return undefined;
  const line = bytes.toString('utf8', 1, lineEnd);
  const sign = String.fromCharCode(bytes[0] ?? 0);
  if (sign === '+' || sign === '-') return { kind: sign === '-' ? 'error' : 'text', text: line, length: lineEnd + 2 };
  const size = Number(line);
  if (sign !== '$' || !Number.isInteger(size) || size < 0 || size > maximumBytes) {
    throw new Fault('REDIS_UNREACHABLE', 'What answers there does not speak the protocol of Redis.');
  }
  const end = lineEnd + 2 + size;
  if (bytes.length < end + 2) return undefined;
  return { kind: 'text', text: bytes.toString('utf8', lineEnd + 2, end), length: end + 2 };
}

function openSocket({ host, port, isEncrypted }: Target): Socket {
  return isEncrypted ? connectTls({ host, port, servername: host }) : connectPlain({ host, port });
}

/** Sends the commands at once and answers their replies, in order. */
async function converse(target: Target, commands: readonly string[][], signal: AbortSignal): Promise<readonly Reply[]> {
  const socket = openSocket(target);
  const stop = (): void => void socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    socket.write(commands.map(encodeCommand).join(''));
    const replies: Reply[] = [];
    let bytes = Buffer.alloc(0);
    for await (const chunk of socket) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      for (let reply = decodeReply(bytes); reply !== undefined; reply = decodeReply(bytes)) {
        replies.push(reply);
        bytes = bytes.subarray(reply.length);
        if (replies.length === commands.length || reply.kind === 'error') return replies;
      }
      if (bytes.length > maximumBytes) throw new Error('the answer is too long');
    }
    throw new Error('the connection was closed');
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

/** Reads a Redis over its own protocol: one connection per look, bounded in time and size, and nothing but INFO. */
export function createRespRedis(resolveUrl: () => Promise<Secret>): RedisReader {
  return {
    info: async ({ timeoutSeconds, signal }) => {
      const deadline = AbortSignal.timeout(timeoutSeconds * 1_000);
      const target = parseRedisUrl((await resolveUrl()).reveal());
      const { credentials } = target;
      const commands = [...(credentials.length === 0 ? [] : [['AUTH', ...credentials]]), ['INFO']];
      const both = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
      const replies = await converse(target, commands, both).catch((error: unknown) => {
        signal?.throwIfAborted();
        if (error instanceof Fault) throw error;
        const why = deadline.aborted
          ? `no answer after ${timeoutSeconds} s`
          : error instanceof Error
            ? error.message
            : String(error);
        throw new Fault('REDIS_UNREACHABLE', `Redis at ${target.host}:${target.port} cannot be reached: ${why}.`, {
          cause: error,
        });
      });
      const last = replies.at(-1);
      if (last === undefined || last.kind === 'error') {
        throw new Fault(
          'REDIS_DENIED',
          `Redis at ${target.host}:${target.port} refuses: ${last?.text ?? 'no answer'}.`,
        );
      }
      return last.text;
    },
  };
}
