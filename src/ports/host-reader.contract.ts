import { describe, expect, test } from 'vitest';
import type { HostReader, HostReading } from './host-reader.ts';

/** A reader of this machine, told that processes with `marker` in their command are the component `test`. */
export interface HostWorld {
  readonly reader: HostReader;
  /** A reader of the same machine that cannot tell processes apart. */
  readonly blind: HostReader;
  /** A reader that is asked for a directory which is not there. */
  readonly lost: HostReader;
}

/** Not the time in which processors waited for a disk: the kernel itself says that it may go back. */
const counters = ({ cpu, networkErrorCount }: HostReading): readonly number[] => [cpu.busySeconds, networkErrorCount];

/** What every reader of a machine promises. There is no fake of this port: adapters read the machine they run on. */
export function hostReaderContract(name: string, create: () => Promise<HostWorld> | HostWorld): void {
  describe(name, () => {
    test('levels lie within their bounds', async () => {
      const reading = await (await create()).reader.read();
      expect(reading.processorCount).toBeGreaterThan(0);
      expect(reading.loadOneMinute).toBeGreaterThanOrEqual(0);
      expect(reading.memoryTotalBytes).toBeGreaterThan(0);
      expect(reading.memoryAvailableBytes).toBeLessThanOrEqual(reading.memoryTotalBytes);
      expect(reading.swapUsedBytes).toBeGreaterThanOrEqual(0);
      expect(reading.disks.length).toBeGreaterThan(0);
      for (const { usedRatio, freeBytes } of reading.disks) {
        expect(usedRatio).toBeGreaterThanOrEqual(0);
        expect(usedRatio).toBeLessThanOrEqual(1);
        expect(freeBytes).toBeGreaterThanOrEqual(0);
      }
    });

    test('counters only grow, and no processor is busy longer than it was there', async () => {
      const { reader } = await create();
      const first = await reader.read();
      const second = await reader.read();
      for (const [index, value] of counters(second).entries()) {
        expect(value).toBeGreaterThanOrEqual(counters(first)[index] ?? 0);
      }
      expect(second.cpu.busySeconds + second.cpu.iowaitSeconds).toBeLessThanOrEqual(second.cpu.totalSeconds);
    });

    test('processes are counted by component, with what they use and since when they run', async () => {
      const { reader, blind } = await create();
      const { processes } = await reader.read();
      const own = processes?.find(({ component }) => component === 'test');
      expect(own?.count).toBeGreaterThan(0);
      expect(own?.memoryBytes).toBeGreaterThan(0);
      expect(own?.cpuSeconds).toBeGreaterThan(0);
      expect(own?.startedAt?.epochMilliseconds).toBeLessThanOrEqual(Temporal.Now.instant().epochMilliseconds);
      expect((await blind.read()).processes).toBeUndefined();
    });

    test('what cannot be read is SOURCE_UNREADABLE', async () => {
      const { lost } = await create();
      await expect(lost.read()).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    });
  });
}
