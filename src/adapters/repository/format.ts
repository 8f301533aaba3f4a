import { z } from 'zod';
import { Fault } from '../../core/kernel/index.ts';
import type { RepositoryContext } from './context.ts';
import { formatKey } from './layout.ts';

const ours = z.object({ format: z.literal(1) });
const text = `${JSON.stringify({ what: 'A backup repository of Plimsoll: see docs/reference/backup-repository.md', format: 1 })}\n`;

function check(context: RepositoryContext, body: Uint8Array): void {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    value = undefined;
  }
  if (ours.safeParse(value).success) return;
  throw new Fault(
    'REPOSITORY_INVALID',
    `${context.store.place} holds ${formatKey} of a format that is not known here.`,
  );
}

/** The file that says what this is: looked at once, before anything else; written before the first content. */
export function createFormat(context: RepositoryContext): { ready(purpose: 'read' | 'write'): Promise<void> } {
  let isKnown = false;
  return {
    ready: async (purpose) => {
      if (isKnown) return;
      const body = await context.store.get(formatKey).catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'OBJECT_MISSING') return undefined;
        throw error;
      });
      if (body !== undefined) check(context, body);
      else if (purpose === 'read') return;
      else await context.store.put(formatKey, new TextEncoder().encode(text));
      isKnown = true;
    },
  };
}
