import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { filestoreReaderContract } from '../../ports/filestore-reader.contract.ts';
import { hostReaderContract } from '../../ports/host-reader.contract.ts';
import { createDirectoryFilestore } from './directory-filestore.ts';
import {
  createProcHost,
  deviceNumbers,
  parseDiskCounters,
  parseMemory,
  parseNetworkErrors,
  parseProcess,
  parseProcessorTimes,
} from './proc-host.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plimsoll-machine-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

filestoreReaderContract('a filestore in a directory', async () => {
  const place = await mkdtemp(join(directory, 'filestore-'));
  const pathOf = (name: string): string => join(place, name.slice(0, 2), name);
  return {
    reader: createDirectoryFilestore(place),
    put: async (name, bytes) => {
      await mkdir(join(place, name.slice(0, 2)), { recursive: true });
      await writeFile(pathOf(name), Buffer.alloc(bytes));
    },
    remove: (name) => rm(pathOf(name)),
    lose: () => rm(place, { recursive: true }),
  };
});

hostReaderContract('/proc', () => {
  const componentOf = (command: readonly string[]) =>
    command.some((part) => part.includes('vitest')) ? 'test' : undefined;
  return {
    reader: createProcHost({ directories: ['/'], componentOf }),
    blind: createProcHost({ directories: ['/'] }),
    lost: createProcHost({ directories: ['/'], procDirectory: join(directory, 'none') }),
  };
});

describe('the filestore', () => {
  const put = async (name: string, size: number): Promise<void> => {
    await mkdir(join(directory, name.slice(0, 2)), { recursive: true });
    await writeFile(join(directory, name.slice(0, 2), name), Buffer.alloc(size));
  };

  test('marks for the collection are no files of it', async () => {
    await put('aa01', 10);
    await mkdir(join(directory, 'checklist', 'aa'), { recursive: true });
    await writeFile(join(directory, 'checklist', 'aa', 'aa01'), 'mark');
    const reader = createDirectoryFilestore(directory);
    expect(await reader.measure({ budgetSeconds: 1 })).toEqual({ bytes: 10, fileCount: 1, isComplete: true });
  });

  test('a directory that has not changed is not walked again', async () => {
    await put('aa01', 10);
    const old = Temporal.Now.instant().epochMilliseconds / 1_000 - 60;
    await utimes(join(directory, 'aa'), old, old);
    const reader = createDirectoryFilestore(directory);
    await reader.measure({ budgetSeconds: 1 });
    // Odoo never rewrites a file: growing one in place, as here, is how a test sees that nobody looked.
    await writeFile(join(directory, 'aa', 'aa01'), Buffer.alloc(99));
    expect((await reader.measure({ budgetSeconds: 1 })).bytes).toBe(10);
  });

  test('that cannot be read is a fault with its place', async () => {
    await expect(createDirectoryFilestore(join(directory, 'none')).measure({ budgetSeconds: 1 })).rejects.toThrow(
      /none.*ENOENT/,
    );
  });
});

describe('/proc', () => {
  test('known texts give known figures', () => {
    expect(parseProcessorTimes('cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1\n')).toEqual({
      busySeconds: 1.5,
      iowaitSeconds: 0.5,
      totalSeconds: 10,
    });
    expect(parseMemory('MemTotal:       1024 kB\nMemAvailable:    512 kB\n').get('MemAvailable')).toBe(524_288);
    const device = '  eth0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0';
    expect(parseNetworkErrors(`Inter-|\n face |\n    lo: 0 0 9 9 0 0 0 0 0 0 9 9 0 0 0 0\n${device}\n`)).toBe(
      3 + 4 + 7 + 8,
    );
  });

  test('a process that is dead but not reaped does not count as running', () => {
    const rest = '1 1 1 0 -1 0 0 0 0 0 150 50 0 0 20 0 1 0 100 1000 25 0';
    expect(parseProcess(`7 (a (b) c) S ${rest}`)).toEqual({
      cpuSeconds: 2,
      memoryBytes: 25 * 4_096,
      startedAfterBootSeconds: 1,
    });
    expect(parseProcess(`7 (python3) Z ${rest}`)).toBeUndefined();
  });
});

describe('what a disk does', () => {
  test('counters of a device are found by its number, times in seconds', () => {
    const text =
      ' 254       0 vda 1711743 164547 30588922 4070337 1692090 2268577 111472544 1139567 0 491084 5468399 1 2 3 4 5 6\n';
    expect(parseDiskCounters(text).get('254:0')).toEqual({
      readCount: 1_711_743,
      readSeconds: 4_070.337,
      writeCount: 1_692_090,
      writeSeconds: 1_139.567,
      busySeconds: 491.084,
    });
    expect(parseDiskCounters('nonsense\n\n')).toEqual(new Map());
  });

  test('the number of a device is unpacked as the kernel packs it', () => {
    expect(deviceNumbers(65_024n)).toBe('254:0');
    expect(deviceNumbers((259n & 0xfffn) * 256n + 5n)).toBe('259:5');
  });
});
