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

test('other failures keep the words of pgBackRest', () => {
  expect(meant(50, 'unable to acquire lock')).toMatchObject({ code: 'BACKUP_UNDER_WAY' });
  expect(meant(41, 'No space left on device')).toMatchObject({ code: 'REPOSITORY_FULL' });
  expect(meant(99, 'something else').message).toBe('pgBackRest could not do stanza-create: something else');
});
