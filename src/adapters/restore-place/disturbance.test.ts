import { expect, test } from 'vitest';
import { Fault } from '../../core/kernel/index.ts';
import { explainedWrite } from './disturbance.ts';

const full = expect.objectContaining({ code: 'DISK_FULL' });

test('a full disk is said to be one, by whatever wrote to it; anything else stays what it is', () => {
  expect(explainedWrite(Object.assign(new Error('write'), { code: 'ENOSPC' }), '/place')).toEqual(full);
  const words = 'could not write to file "base/4/1255": No space left on device\nchild process exited with exit code 1';
  const details = { program: 'initdb', lastLines: words };
  expect(explainedWrite(new Fault('COMMAND_FAILED', 'initdb ended', { details }), '/place')).toEqual(full);
  for (const other of [
    Object.assign(new Error('write'), { code: 'EACCES' }),
    new Fault('COMMAND_FAILED', 'initdb ended', { details: { lastLines: 'permission denied' } }),
    new Fault('RESTORE_FAILED', 'no table of contents'),
  ]) {
    expect(explainedWrite(other, '/place')).toBe(other);
  }
});
