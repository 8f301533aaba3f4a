import { describe, expect, test } from 'vitest';
import { Fault } from '../../core/kernel/index.ts';
import { explainApt } from './apt.ts';

function failed(lastLines: string): Fault {
  return new Fault('COMMAND_FAILED', 'apt-get ended with exit code 100', { details: { exitCode: 100, lastLines } });
}

describe('what apt says, in our words', () => {
  test.each([
    'E: Failed to fetch http://mirror.example/debian/dists/bookworm/InRelease  Could not connect to mirror.example:80 - connect (111: Connection refused)',
    "E: Failed to fetch http://mirror.example/x.deb  Temporary failure resolving 'mirror.example'",
    'E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?',
  ])('%s is an unreachable network', (line) => {
    expect(explainApt(failed(line))).toMatchObject({
      code: 'NETWORK_UNREACHABLE',
      message: expect.stringContaining(line),
    });
  });

  test.each([
    "E: You don't have enough free space in /var/cache/apt/archives/.",
    'dpkg: error processing archive: cannot copy: failed to write (No space left on device)',
  ])('%s is a full disk', (line) => {
    expect(explainApt(failed(line))).toMatchObject({ code: 'DISK_FULL' });
  });

  test('anything else stays what it was, and so does a fault that is not apt failing', () => {
    const other = failed('E: Unmet dependencies. Try apt --fix-broken install');
    expect(explainApt(other)).toBe(other);
    const cancelled = new Error('interrupted by SIGINT');
    expect(explainApt(cancelled)).toBe(cancelled);
  });
});
