import { expect, test } from 'vitest';
import { Fault } from '../../core/kernel/index.ts';
import { explain } from './run.ts';

const failed = (exitCode: number, lastLines: string): Fault =>
  new Fault('COMMAND_FAILED', 'pgbackrest failed', { details: { exitCode, lastLines } });
const meant = (exitCode: number, words: string) =>
  explain(failed(exitCode, `ERROR: [0${exitCode}]: ${words}`), 'stanza-create', 'REPOSITORY_UNREACHABLE') as Fault;

test('a repository that holds another cluster says so, and how to keep what is in it', () => {
  const fault = meant(28, 'backup and archive info files exist but do not match the database');
  expect(fault.code).toBe('REPOSITORY_INVALID');
  expect(fault.message).toContain('move its directory away');
});

test('a restore that was killed, or had no room, says nothing of the backup', () => {
  const killed = new Fault('COMMAND_FAILED', 'pgbackrest was ended by SIGKILL', {
    details: { exitCode: null, signal: 'SIGKILL', lastLines: '' },
  });
  const restored = (fault: Fault) => explain(fault, 'restore', 'RESTORE_FAILED') as Fault;
  expect(restored(killed)).toMatchObject({ code: 'COMMAND_FAILED', message: expect.stringContaining('SIGKILL') });
  const lost = failed(32, 'ERROR: [032]: local-1 process terminated unexpectedly on signal 9');
  expect(restored(lost).code).toBe('COMMAND_FAILED');
  expect(explain(killed, 'backup', 'BACKUP_FAILED')).toMatchObject({ code: 'BACKUP_FAILED' });
  expect(restored(failed(41, 'ERROR: [041]: No space left on device')).code).toBe('DISK_FULL');
  expect(restored(failed(29, 'ERROR: [029]: invalid')).code).toBe('RESTORE_FAILED');
});

test('a service that nobody vouches for says what to declare', () => {
  const fault = meant(95, "unable to verify certificate presented by '127.0.0.1:9': [18] self signed certificate");
  expect(fault.code).toBe('REPOSITORY_INVALID');
  expect(fault.message).toContain('s3: { caFile: /path/to/ca.pem }');
});

test('other failures keep the words of pgBackRest', () => {
  expect(meant(50, 'unable to acquire lock')).toMatchObject({ code: 'BACKUP_UNDER_WAY' });
  expect(meant(41, 'No space left on device')).toMatchObject({ code: 'REPOSITORY_FULL' });
  expect(meant(99, 'something else').message).toBe('pgBackRest could not do stanza-create: something else');
});
