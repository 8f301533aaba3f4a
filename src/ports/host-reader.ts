/** What a block device did since the machine started. Times are of all requests together, queueing included. */
export interface DiskCounters {
  readonly readCount: number;
  readonly readSeconds: number;
  readonly writeCount: number;
  readonly writeSeconds: number;
  readonly busySeconds: number;
}

/** Counters and levels of the machine at one instant. Counters only grow; the workflow makes rates of them. */
export interface HostReading {
  readonly cpu: { readonly busySeconds: number; readonly iowaitSeconds: number; readonly totalSeconds: number };
  readonly processorCount: number;
  readonly loadOneMinute: number;
  readonly memoryTotalBytes: number;
  readonly memoryAvailableBytes: number;
  readonly swapUsedBytes: number;
  readonly networkErrorCount: number;
  readonly disks: readonly {
    readonly mount: string;
    readonly usedRatio: number;
    readonly freeBytes: number;
    /** Work of the device that the directory lies on; `undefined` where the kernel counts none, as for a network or memory disk. */
    readonly io?: DiskCounters | undefined;
  }[];
  /** `undefined` where the processes of the environment cannot be told apart from here. */
  readonly processes:
    | readonly {
        readonly component: string;
        readonly count: number;
        readonly memoryBytes: number;
        readonly cpuSeconds: number;
        /** Since when the oldest of them runs: a component that was started anew has only younger ones. */
        readonly startedAt?: Temporal.Instant | undefined;
      }[]
    | undefined;
}

/** Reads the machine an environment runs on. Throws `Fault` SOURCE_UNREADABLE where it cannot. */
export interface HostReader {
  read(signal?: AbortSignal): Promise<HostReading>;
}
