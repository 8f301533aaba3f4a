import { readdir, readFile, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import type { DiskCounters, HostReader, HostReading } from '../../ports/host-reader.ts';

interface Options {
  /** Directories whose disks matter: the filestore, the database, the root. */
  readonly directories: readonly string[];
  /** Which component a process belongs to, from its command line; `undefined` where processes cannot be told apart. */
  readonly componentOf?: ((command: readonly string[]) => string | undefined) | undefined;
  /** Another place than /proc, for tests. */
  readonly procDirectory?: string;
}

// Linux has reported these in hundredths of a second to user space on every architecture since 2.6.
const ticksPerSecond = 100;
const pageBytes = 4_096;

/** Busy, waiting and total processor time from the first line of /proc/stat. */
export function parseProcessorTimes(text: string): HostReading['cpu'] {
  const [, ...fields] = (text.split('\n', 1)[0] ?? '').split(/\s+/);
  const ticks = fields.map((field) => Number(field) / ticksPerSecond);
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  const busySeconds = user + nice + system + irq + softirq + steal;
  return { busySeconds, iowaitSeconds: iowait, totalSeconds: busySeconds + idle + iowait };
}

/** Sizes in bytes from /proc/meminfo, by name. */
export function parseMemory(text: string): ReadonlyMap<string, number> {
  const entries = text.split('\n').flatMap((line): readonly (readonly [string, number])[] => {
    const match = /^(\w+):\s+(\d+) kB$/.exec(line);
    return match === null ? [] : [[match[1] ?? '', Number(match[2]) * 1_024]];
  });
  return new Map(entries);
}

/** Packets in error or dropped, both ways, over all devices but loopback, from /proc/net/dev. */
export function parseNetworkErrors(text: string): number {
  return text
    .split('\n')
    .map((line) => /^\s*([^:\s]+):\s*(.*)$/.exec(line))
    .filter((match) => match !== null && match[1] !== 'lo')
    .reduce((sum, match) => {
      const fields = (match?.[2] ?? '').split(/\s+/).map(Number);
      return sum + (fields[2] ?? 0) + (fields[3] ?? 0) + (fields[10] ?? 0) + (fields[11] ?? 0);
    }, 0);
}

/** Processor time and resident memory from /proc/PID/stat; `undefined` for a process that is dead but not reaped. */
export function parseProcess(
  text: string,
): { readonly cpuSeconds: number; readonly memoryBytes: number; readonly startedAfterBootSeconds: number } | undefined {
  // The name in parentheses may hold spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    memoryBytes: Number(fields[21]) * pageBytes,
    startedAfterBootSeconds: Number(fields[19]) / ticksPerSecond,
  };
}

/** Counters by device number, such as `254:0`, from /proc/diskstats. */
export function parseDiskCounters(text: string): ReadonlyMap<string, DiskCounters> {
  const entries = text.split('\n').flatMap((line): readonly (readonly [string, DiskCounters])[] => {
    const fields = line.trim().split(/\s+/);
    const [major, minor, , readCount, , , readMs, writeCount, , , writeMs, , busyMs] = fields;
    if (busyMs === undefined) return [];
    const counters = {
      readCount: Number(readCount),
      readSeconds: Number(readMs) / 1_000,
      writeCount: Number(writeCount),
      writeSeconds: Number(writeMs) / 1_000,
      busySeconds: Number(busyMs) / 1_000,
    };
    return [[`${major}:${minor}`, counters]];
  });
  return new Map(entries);
}

/** The numbers of a device as the kernel packs them into one: twelve bits of major, twenty of minor. */
export function deviceNumbers(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}

async function diskOf(
  directory: string,
  counters: ReadonlyMap<string, DiskCounters>,
): Promise<HostReading['disks'][number] | undefined> {
  const disk = await statfs(directory).catch(() => undefined);
  if (disk === undefined || disk.blocks === 0) return undefined;
  const used = disk.blocks - disk.bfree;
  // Blocks kept back for root are neither used nor free to PostgreSQL and Odoo: the same figure as df shows.
  const there = await stat(directory, { bigint: true }).catch(() => undefined);
  return {
    mount: directory,
    usedRatio: used / (used + disk.bavail),
    freeBytes: disk.bavail * disk.bsize,
    io: there && counters.get(deviceNumbers(there.dev)),
  };
}

type Processes = NonNullable<HostReading['processes']>;

/** When the machine was started, from /proc/stat; `undefined` where it does not say. */
export function parseBoot(text: string): Temporal.Instant | undefined {
  const seconds = /^btime (\d+)$/m.exec(text)?.[1];
  return seconds === undefined ? undefined : Temporal.Instant.fromEpochMilliseconds(Number(seconds) * 1_000);
}

async function readProcesses(
  proc: string,
  componentOf: NonNullable<Options['componentOf']>,
  boot: Temporal.Instant | undefined,
): Promise<Processes> {
  const found = new Map<string, { count: number; memoryBytes: number; cpuSeconds: number; oldestSeconds: number }>();
  for (const pid of (await readdir(proc)).filter((name) => /^\d+$/.test(name))) {
    // A process may end between the listing and the reading.
    const command = await readFile(join(proc, pid, 'cmdline'), 'utf8').catch(() => '');
    const component = command === '' ? undefined : componentOf(command.split('\0'));
    if (component === undefined) continue;
    const one = parseProcess(await readFile(join(proc, pid, 'stat'), 'utf8').catch(() => ') X'));
    if (one === undefined) continue;
    const nothing = { count: 0, memoryBytes: 0, cpuSeconds: 0, oldestSeconds: Number.POSITIVE_INFINITY };
    const sum = found.get(component) ?? nothing;
    sum.count += 1;
    sum.memoryBytes += one.memoryBytes;
    sum.cpuSeconds += one.cpuSeconds;
    sum.oldestSeconds = Math.min(sum.oldestSeconds, one.startedAfterBootSeconds);
    found.set(component, sum);
  }
  return [...found].map(([component, { oldestSeconds, ...sum }]) => ({
    component,
    ...sum,
    startedAt: boot?.add({ milliseconds: Math.round(oldestSeconds * 1_000) }),
  }));
}

/** Reads this machine through /proc. */
export function createProcHost(options: Options): HostReader {
  const proc = options.procDirectory ?? '/proc';
  return {
    read: async () => {
      try {
        const [stat, memoryText, load, network] = await Promise.all(
          ['stat', 'meminfo', 'loadavg', 'net/dev'].map((name) => readFile(join(proc, name), 'utf8')),
        );
        const memory = parseMemory(memoryText ?? '');
        // A container may hide the devices of its machine: then their work is simply not known.
        const counters = parseDiskCounters(await readFile(join(proc, 'diskstats'), 'utf8').catch(() => ''));
        const disks = await Promise.all(options.directories.map((directory) => diskOf(directory, counters)));
        return {
          cpu: parseProcessorTimes(stat ?? ''),
          processorCount: Math.max(1, (stat ?? '').match(/^cpu\d+ /gm)?.length ?? 1),
          loadOneMinute: Number((load ?? '').split(' ', 1)[0]),
          memoryTotalBytes: memory.get('MemTotal') ?? 0,
          memoryAvailableBytes: memory.get('MemAvailable') ?? 0,
          swapUsedBytes: (memory.get('SwapTotal') ?? 0) - (memory.get('SwapFree') ?? 0),
          networkErrorCount: parseNetworkErrors(network ?? ''),
          disks: disks.filter((disk) => disk !== undefined),
          processes: options.componentOf && (await readProcesses(proc, options.componentOf, parseBoot(stat ?? ''))),
        };
      } catch (error) {
        throw new Fault('SOURCE_UNREADABLE', `${proc} cannot be read: ${String(error)}`, { cause: error });
      }
    },
  };
}
