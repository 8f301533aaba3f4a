import { expect, test } from 'vitest';
import { createSecret } from '../core/kernel/index.ts';
import type { Settings } from './settings.ts';
import { openBucket } from './wire-bucket.ts';

const bucket = (secretKey = 'secret') => ({
  bucket: 'backups',
  prefix: '',
  endpoint: 'http://127.0.0.1:9',
  awsRegion: 'north',
  accessKey: createSecret('access', 'key'),
  secretKey: createSecret('secret', secretKey),
});

test('OBJ-01: a bucket is opened once for a process, and once more for other credentials', () => {
  const settings = {} as Settings;
  const first = openBucket(bucket(), settings);
  expect(openBucket(bucket(), settings)).toBe(first);
  expect(openBucket(bucket('rotated'), settings)).not.toBe(first);
  expect(openBucket(bucket(), {} as Settings)).not.toBe(first);
});
