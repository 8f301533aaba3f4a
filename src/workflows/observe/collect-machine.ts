import type { ProcessFact, Sample } from '../../core/observe/index.ts';
import type { FilestoreReader } from '../../ports/filestore-reader.ts';
import type { DiskCounters, HostReader, HostReading } from '../../ports/host-reader.ts';
import type { Sight } from './isolate.ts';
import { type EnvironmentMemory, rateOf } from './memory.ts';

interface MachineLook {
  readonly environment: string;
  readonly memory: EnvironmentMemory;
  readonly at: Temporal.Instant;
  readonly signal: AbortSignal;
}

const filestoreBudgetSeconds = 0.5;

/** How large the filestore is and how fast it grows. */
export async function collectFilestore(look: MachineLook, reader: FilestoreReader): Promise<Sight<readonly Sample[]>> {
  const reading = await reader.measure({ budgetSeconds: filestoreBudgetSeconds, signal: look.signal });
  // A first walk that is not done yet knows only a part: no figure is better than a wrong one.
  if (!reading.isComplete) return { result: [] };
  const sample = (metric: string, value: number): Sample => ({
    environment: look.environment,
    metric,
    labels: {},
    at: look.at,
    value,
  });
  const growth = rateOf(look.memory, 'filestore bytes', reading.bytes, look.at);
  const samples = [
    sample('filestore_bytes', reading.bytes),
    sample('filestore_file_count', reading.fileCount),
    ...(growth === undefined ? [] : [sample('filestore_growth_bytes_per_second', growth)]),
  ];
  look.memory.answers.set('filestore', { at: look.at, everySeconds: 0, samples });
  return { result: samples };
}

type Value = readonly [metric: string, value: number | undefined, labels?: Readonly<Record<string, string>>];

function cpuValues(look: MachineLook, reading: HostReading): readonly Value[] {
  const total = rateOf(look.memory, 'cpu total', reading.cpu.totalSeconds, look.at);
  const share = (name: string, seconds: number): number | undefined => {
    const rate = rateOf(look.memory, name, seconds, look.at);
    return rate === undefined || total === undefined || total === 0 ? undefined : Math.min(1, rate / total);
  };
  return [
    ['host_cpu_ratio', share('cpu busy', reading.cpu.busySeconds)],
    ['host_cpu_iowait_ratio', share('cpu iowait', reading.cpu.iowaitSeconds)],
  ];
}

/** How long requests took since the last look; none where there was no request, for that says nothing of the device. */
function diskValues(look: MachineLook, mount: string, io: DiskCounters): readonly Value[] {
  const rate = (name: string, value: number): number =>
    rateOf(look.memory, `disk ${mount} ${name}`, value, look.at) ?? 0;
  const awaited = (kind: 'read' | 'write', count: number, seconds: number): number | undefined => {
    const [requests, spent] = [rate(`${kind}s`, count), rate(`${kind} time`, seconds)];
    return requests > 0 ? spent / requests : undefined;
  };
  const busy = rateOf(look.memory, `disk ${mount} busy`, io.busySeconds, look.at);
  return [
    ['host_disk_read_await_seconds', awaited('read', io.readCount, io.readSeconds), { mount }],
    ['host_disk_write_await_seconds', awaited('write', io.writeCount, io.writeSeconds), { mount }],
    ['host_disk_busy_ratio', busy === undefined ? undefined : Math.min(1, busy), { mount }],
  ];
}

function processValues(look: MachineLook, reading: HostReading): readonly Value[] {
  return (reading.processes ?? []).flatMap(({ component, count, memoryBytes, cpuSeconds }): readonly Value[] => [
    ['process_count', count, { component }],
    ['process_memory_bytes', memoryBytes, { component }],
    ['process_cpu_ratio', rateOf(look.memory, `cpu ${component}`, cpuSeconds, look.at), { component }],
  ]);
}

function valuesOf(look: MachineLook, reading: HostReading): readonly Value[] {
  return [
    ...cpuValues(look, reading),
    ['host_load_ratio', reading.loadOneMinute / reading.processorCount],
    ['host_memory_used_ratio', 1 - reading.memoryAvailableBytes / reading.memoryTotalBytes],
    ['host_swap_used_bytes', reading.swapUsedBytes],
    ['host_network_error_per_second', rateOf(look.memory, 'network errors', reading.networkErrorCount, look.at)],
    ...reading.disks.flatMap(({ mount, usedRatio, freeBytes, io }): readonly Value[] => [
      ['host_disk_used_ratio', usedRatio, { mount }],
      ['host_disk_free_bytes', freeBytes, { mount }],
      ...(io === undefined ? [] : diskValues(look, mount, io)),
    ]),
    ...processValues(look, reading),
  ];
}

export interface HostSight {
  readonly samples: readonly Sample[];
  readonly processes: readonly ProcessFact[] | undefined;
  readonly startedAt: Readonly<Record<string, Temporal.Instant>>;
}

/** The machine's processors, memory, disks, and the processes of the environment on it. */
export async function collectHost(look: MachineLook, reader: HostReader): Promise<Sight<HostSight>> {
  const reading = await reader.read(look.signal);
  const samples = valuesOf(look, reading).flatMap(([metric, value, labels = {}]): readonly Sample[] =>
    value === undefined ? [] : [{ environment: look.environment, metric, labels, at: look.at, value }],
  );
  look.memory.answers.set('host', { at: look.at, everySeconds: 0, samples });
  return {
    result: {
      samples,
      processes: reading.processes?.map(({ component, count }) => ({ component, count })),
      startedAt: Object.fromEntries(
        (reading.processes ?? []).flatMap(({ component, startedAt }) =>
          startedAt === undefined ? [] : [[component, startedAt]],
        ),
      ),
    },
  };
}
