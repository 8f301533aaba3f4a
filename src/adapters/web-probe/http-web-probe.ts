import { z } from 'zod';
import type { EndpointReading } from '../../core/observe/index.ts';
import type { WebProbe } from '../../ports/web-probe.ts';

interface Options {
  readonly url: string;
  readonly geventUrl?: string | undefined;
  readonly fetch?: typeof fetch;
}

const answerSchema = z.object({ status: z.string().optional(), db_server_status: z.boolean().optional() });

const paths = { web: '/web/health?db_server_status=1', gevent: '/websocket/health' } as const;
/** Odoo answers some dozen bytes; something else on that port may answer without end. */
const maximumBytes = 4_096;

async function readSome(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= maximumBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, maximumBytes);
}

function databaseUpIn(text: string): boolean | null {
  try {
    return answerSchema.parse(JSON.parse(text)).db_server_status ?? null;
  } catch {
    return null;
  }
}

type Answer = Omit<EndpointReading, 'component' | 'seconds'>;

function explain(error: unknown): Answer {
  const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const outcome = isTimeout ? 'timeout' : code === 'UND_ERR_SOCKET' ? 'error' : 'refused';
  return { outcome, status: null, databaseUp: null, detail: cause instanceof Error ? cause.message : String(cause) };
}

/** Asks Odoo's own health routes over HTTP. Odoo answers 500 when it has lost its database. */
export function createHttpWebProbe(options: Options): WebProbe {
  const ask = options.fetch ?? fetch;
  const bases = { web: options.url, gevent: options.geventUrl ?? options.url };
  return {
    probe: async (component, { timeoutSeconds, signal }) => {
      const deadline = AbortSignal.timeout(timeoutSeconds * 1_000);
      const startedAt = performance.now();
      const reading = (answer: Answer): EndpointReading => ({
        component,
        ...answer,
        seconds: (performance.now() - startedAt) / 1_000,
      });
      try {
        const response = await ask(new URL(paths[component], bases[component]), {
          redirect: 'manual',
          headers: { accept: 'application/json' },
          signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
        });
        const text = await readSome(response);
        const isUp = response.status === 200;
        return reading({
          outcome: isUp ? 'up' : 'error',
          status: response.status,
          databaseUp: component === 'web' ? databaseUpIn(text) : null,
          detail: isUp ? null : `HTTP ${response.status}`,
        });
      } catch (error) {
        signal?.throwIfAborted();
        return reading(explain(error));
      }
    },
  };
}
