import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generators } from './index.ts';

const root = join(import.meta.dirname, '..', '..');

describe('what is generated is committed and up to date (else: npm run generate)', () => {
  test.each(generators.map(({ path, write }) => [path, write] as const))('%s', async (path, write) => {
    expect(await readFile(join(root, path), 'utf8')).toBe(await write());
  });
});
