import type { ObjectStore } from '../../ports/object-store.ts';
import { forEachOf } from './budget.ts';
import { pieceNameOf, piecesPrefix } from './layout.ts';
import { keyIdsStanza } from './sealing.ts';

const readTogether = 8;
const batchSize = 500;
/** An age header is a few lines of text before the content. */
const headerBytes = 16_384;

/** Pieces by whom they are sealed to: the ids of the keys, sorted and joined by a blank; empty where they do not say. */
export type KeysInUse = ReadonlyMap<string, number>;

const stanza = new RegExp(`^-> ${keyIdsStanza} ([^\\n]+)$`, 'm');

function idsOf(sealed: Uint8Array): string {
  const header = Buffer.from(sealed.subarray(0, headerBytes)).toString('latin1');
  return (stanza.exec(header)?.[1] ?? '').split(' ').sort().join(' ');
}

/** Reads every piece of a repository for whom it is sealed to. Opens nothing. */
export async function countKeysInUse(store: ObjectStore, signal?: AbortSignal): Promise<KeysInUse> {
  const counts = new Map<string, number>();
  const look = async (key: string): Promise<void> => {
    const ids = idsOf(await store.get(key, { signal }));
    counts.set(ids, (counts.get(ids) ?? 0) + 1);
  };
  let batch: string[] = [];
  for await (const key of store.keys(piecesPrefix)) {
    if (pieceNameOf(key) === undefined) continue;
    if (batch.push(key) < batchSize) continue;
    await forEachOf(batch, readTogether, look);
    batch = [];
  }
  await forEachOf(batch, readTogether, look);
  return counts;
}
