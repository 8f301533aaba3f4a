// A thread of its own: sealing sixteen MiB takes a fifth of a second, which the controller's other work must not wait for.
import { parentPort } from 'node:worker_threads';
import { sealHere, type Unopened, unsealHere } from './sealing.ts';

/** What a thread is asked. */
export type SealTask =
  | { readonly kind: 'seal'; readonly plain: Uint8Array; readonly recipients: readonly string[] }
  | {
      readonly kind: 'unseal';
      readonly sealed: Uint8Array;
      readonly identities: readonly string[];
      readonly mostBytes: number;
    };

/** What it answers. */
export type SealAnswer =
  | { readonly id: number; readonly result: Uint8Array | Unopened }
  | { readonly id: number; readonly error: string };

parentPort?.on('message', async ({ id, task }: { readonly id: number; readonly task: SealTask }) => {
  try {
    const result =
      task.kind === 'seal'
        ? await sealHere(task.plain, task.recipients)
        : await unsealHere(task.sealed, task.identities, task.mostBytes);
    // Handed over rather than copied: nobody here needs it any more.
    const handedOver = 'reason' in result ? [] : [result.buffer as ArrayBuffer];
    parentPort?.postMessage({ id, result } satisfies SealAnswer, handedOver);
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies SealAnswer);
  }
});
