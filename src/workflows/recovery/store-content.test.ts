import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { createMemoryBackupRepository } from '../../adapters/repository/memory-repository.ts';
import { pieceBytes } from '../../core/recovery/index.ts';
import { readStored } from './read-content.ts';
import { storeContent } from './store-content.ts';

/** Random, and so of its own: what does not shrink goes through as it is. */
const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));

describe('content that is given away', () => {
  test.each([
    ['one chunk that is a piece', [pieceBytes]],
    ['one chunk of two pieces and a bit', [2 * pieceBytes + 1_000]],
    ['chunks that end where no piece does', [pieceBytes - 100, 200, pieceBytes, 7]],
  ])('%s comes back whole', async (_, lengths) => {
    const repository = await createMemoryBackupRepository(systemClock);
    const chunks = lengths.map(random);
    const whole = Buffer.concat(chunks);
    const { pieces, bytes } = await storeContent(repository, chunks, { isGivenAway: true });
    expect(bytes).toBe(whole.length);
    const back = await Array.fromAsync(readStored(repository, { pieces }));
    expect(Buffer.compare(Buffer.concat(back), whole)).toBe(0);
  });
});
