import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { longFiles } from './longest-first.ts';

test('every file that is to go first is there', () => {
  const root = join(import.meta.dirname, '..');
  expect(longFiles.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
