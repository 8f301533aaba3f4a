import type { ProcessSpecification } from '../../core/compile/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { Ending } from '../../core/provision/index.ts';
import type { ComponentStatus, ComponentTable } from '../../ports/host.ts';
import { createHolds } from './holds.ts';
import { findMarked, markFor } from './marked-processes.ts';
import {
  dropRecord,
  isAlive,
  type ProcessRecord,
  readRecords,
  saveRecord,
  startProcess,
  stopProcess,
} from './processes.ts';
import { logEnd, waitUntilReady } from './readiness.ts';

const cleanSignals: readonly (string | null)[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** Where a bring-up remembers the processes of one environment (or of the control plane beside it). */
export interface RunDirectory {
  readonly directory: string;
  readonly specifications: readonly ProcessSpecification[];
}

/** The process table over a directory of records. Two tables over the same directory see the same processes. */
export function createComponentTable({ directory, specifications }: RunDirectory): ComponentTable {
  const endings = new Map<string, Ending>();
  const holds = createHolds(directory);
  const find = (component: string): ProcessSpecification => {
    const found = specifications.find((specification) => specification.component === component);
    if (found === undefined) {
      const names = specifications.map((specification) => specification.component).join(', ');
      throw new Fault('ELEMENT_UNKNOWN', `There is no component ${component}; there are ${names}.`);
    }
    return found;
  };
  const recordOf = async (component: string): Promise<ProcessRecord | undefined> => {
    const record = (await readRecords(directory)).find(({ name }) => name === component);
    if (record !== undefined && (await isAlive(record))) return record;
    // Whoever started it may have been killed before it was recorded: it is ours, and would hold its port for ever.
    const { user } = find(component);
    const left = await findMarked(directory, { name: component, user });
    if (left !== undefined) await saveRecord(directory, left);
    return left ?? record;
  };

  const status = async (component: string): Promise<ComponentStatus> => {
    const record = await recordOf(component);
    const lives = record !== undefined && (await isAlive(record));
    const isHeld = await holds.isHeld(component);
    const ending = endings.get(component) ?? 'unknown';
    return { component, isAlive: lives, pid: lives ? record.pid : undefined, isHeld, ending };
  };

  return {
    list: () => Promise.all(specifications.map(({ component }) => status(component))),
    start: async (component, signal) => {
      const specification = find(component);
      if ((await status(component)).isAlive) return;
      await launch(directory, specification, endings, signal);
    },
    stop: async (component) => {
      const record = await recordOf(component);
      if (record === undefined) return 'was-gone';
      const how = await stopProcess(record);
      await dropRecord(directory, component);
      return how;
    },
    hold: async (component, isHeld) => {
      find(component);
      await holds.set(component, isHeld);
    },
  };
}

async function launch(
  directory: string,
  specification: ProcessSpecification,
  endings: Map<string, Ending>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { component, ready } = specification;
  const logFromByte = await logEnd(ready);
  const { environment, stopSignal, stopWithinSeconds } = specification;
  const mark = markFor(directory, { name: component, stopSignal, stopWithinSeconds });
  const { record, exited } = await startProcess({
    ...specification,
    name: component,
    environment: { ...environment, ...mark },
  });
  await saveRecord(directory, record);
  void exited.then(({ code, signal: by }) =>
    endings.set(component, code === 0 || cleanSignals.includes(by) ? 'clean' : 'crash'),
  );
  try {
    await waitUntilReady(component, ready, {
      withinSeconds: specification.readyWithinSeconds,
      logFromByte,
      isAlive: () => isAlive(record),
      signal,
    });
  } catch (error) {
    // A process that never became ready must not linger half-started.
    await stopProcess(record);
    await dropRecord(directory, component);
    if (!(error instanceof Fault)) throw error;
    const { logFile } = specification;
    throw new Fault(error.code, `${error.message} Its output is in ${logFile}.`, {
      cause: error,
      details: { logFile },
    });
  }
}
