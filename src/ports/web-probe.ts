import type { Seconds } from '../core/kernel/index.ts';
import type { EndpointReading } from '../core/observe/index.ts';

/** Asks a component of Odoo whether it is well. Never throws for what the component does: that is the answer. */
export interface WebProbe {
  probe(
    component: EndpointReading['component'],
    options: { readonly timeoutSeconds: Seconds; readonly signal?: AbortSignal | undefined },
  ): Promise<EndpointReading>;
}
