import type { Seconds } from '../core/kernel/index.ts';
import type { IngressReading } from '../core/observe/index.ts';

/** Comes in through the front door, as a user's browser does. Never throws for what the ingress does: that is the answer. */
export interface IngressProbe {
  probe(options: {
    readonly timeoutSeconds: Seconds;
    readonly signal?: AbortSignal | undefined;
  }): Promise<IngressReading>;
}
