// A thread of its own: sealing sixteen MiB takes a fifth of a second, which the controller's other work must not wait for.
import { parentPort } from 'node:worker_threads';
import { type Expectation, sealHere, type Unopened, type Unsealed, unsealHere } from './sealing.ts';

/** What a thread is asked. */
export type SealTask =
  | { readonly kind: 'seal'; readonly plain: Uint8Array; readonly recipients: readonly string[] }
  | {
      readonly kind: 'unseal';
      readonly sealed: Uint8Array;
      readonly identities: readonly string[];
      readonly expected: Expectation;
    };

/** Sealed bytes, or what they held, or why they could not be opened. */
export type SealResult = Uint8Array | Unsealed | Unopened;

/** What it answers. */
export type SealAnswer =
  | { readonly id: number; readonly result: SealResult }
  | { readonly id: number; readonly error: string };

/** Handed over rather than copied: nobody here needs it any more. */
function handedOver(result: SealResult): ArrayBuffer[] {
  if ('reason' in result) return [];
  return [(result instanceof Uint8Array ? result : result.plain).buffer as ArrayBuffer];
}

parentPort?.on('message', async ({ id, task }: { readonly id: number; readonly task: SealTask }) => {
  try {
    const result =
      task.kind === 'seal'
        ? await sealHere(task.plain, task.recipients)
        : await unsealHere(task.sealed, task.identities, task.expected);
    parentPort?.postMessage({ id, result } satisfies SealAnswer, handedOver(result));
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies SealAnswer);
  }
});
