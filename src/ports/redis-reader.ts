import type { Seconds } from '../core/kernel/index.ts';

/** Asks a Redis about itself. Throws `Fault` REDIS_UNREACHABLE or REDIS_DENIED; never reads a key. */
export interface RedisReader {
  /** The text of `INFO`, as the server writes it. */
  info(options: { readonly timeoutSeconds: Seconds; readonly signal?: AbortSignal | undefined }): Promise<string>;
}
