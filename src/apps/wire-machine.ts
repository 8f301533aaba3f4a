import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createCopyMarks } from '../adapters/host/copy-marks.ts';
import { createHost, type HostMachine } from '../adapters/host/host.ts';
import { takeLock, tryLock } from '../adapters/host/lock.ts';
import { machineCache } from '../adapters/host/places.ts';
import { createRestoreTarget, isNameTaken } from '../adapters/host/restore-target.ts';
import type { ArchiveSecrets } from '../adapters/pgbackrest/index.ts';
import type { HostEnvironment } from '../core/compile/index.ts';
import type { Environment, Repository } from '../core/estate/index.ts';
import { Fault } from '../core/kernel/index.ts';
import { hostEnvironment, hostPorts, planBringUp } from '../core/provision/index.ts';
import type { EnvironmentCopy } from '../core/recovery/index.ts';
import type { StepContext } from '../ports/host.ts';
import type { RestoreTarget } from '../ports/restore-target.ts';
import type { Store } from '../ports/store.ts';
import { type BringUpListener, bringUp } from '../workflows/bring-up.ts';
import type { Settings } from './settings.ts';
import { archiveOf, rememberedPort } from './wire-archive.ts';
import { placeOf, runtimeDirectoryOf } from './wire-observe.ts';

/** An environment's machine as something to restore into, and to bring up. */
export interface Restorable {
  readonly target: RestoreTarget;
  readonly machine: HostMachine;
}

const remedies = (how: string) => ({ postgres: how, web: how, gevent: how, cron: '' });

function restorable(
  machine: HostMachine,
  environment: HostEnvironment,
  archiveSecrets?: ArchiveSecrets | undefined,
): Restorable {
  const now = (): Temporal.Instant => systemClock.now();
  return { machine, target: createRestoreTarget({ machine, environment, now, archiveSecrets }) };
}

/** A declared environment of platform host on this machine. */
export async function openDeclared(
  environment: Environment,
  repositories: readonly Repository[],
  settings: Settings,
): Promise<Restorable> {
  const { stateDirectory } = settings;
  const archived = await archiveOf(environment, repositories, settings);
  const compiled = hostEnvironment(environment, totalmem(), archived?.archive, (path) => placeOf(path, stateDirectory));
  const machine = await createHost({
    environment: compiled,
    modules: environment.odoo.modules,
    ports: hostPorts(environment, await rememberedPort(stateDirectory, environment.name, undefined)),
    portRemedies: remedies('Stop it, or declare another port.'),
    deadlines: [],
    warehouses: [],
    stateDirectory,
    cacheDirectory: machineCache,
    archiveSecrets: archived?.secrets,
  });
  return restorable(machine, compiled, archived?.secrets);
}

/** A copy on this machine; it needs no estate, for what it runs is in its record. */
export async function openCopyMachine(copy: EnvironmentCopy, settings: Settings): Promise<Restorable> {
  const { name, database, workers, ports } = copy;
  const compiled = { name, database, workers, memoryBytes: totalmem() / 4, isDisposable: false };
  const machine = await createHost({
    environment: compiled,
    modules: [],
    ports,
    portRemedies: remedies('Stop it; or remove the copy and make it again: it gets other ports.'),
    deadlines: [],
    warehouses: [],
    stateDirectory: settings.stateDirectory,
    cacheDirectory: machineCache,
  });
  return restorable(machine, compiled);
}

const silent = (report: (detail: string) => void): BringUpListener => ({
  planned: () => {},
  began: ({ title }) => report(title),
  progressed: (_step, { detail }) => report(detail),
  ended: () => {},
  failed: () => {},
});

/** Starts what of an environment is left to start. */
export function bringUpOf({ machine }: Pick<Restorable, 'machine'>) {
  return async ({ report, signal }: StepContext): Promise<void> => {
    const listener = silent((detail) => report({ detail }));
    await bringUp(machine.host, planBringUp, { listener, signal });
  };
}

/** One restore or clone of a name at a time on this machine; ends with its process. */
export async function claimName(settings: Settings, name: string): Promise<{ release(): Promise<void> }> {
  const held = await tryLock(lockOf(settings, name));
  if (held !== undefined) return held;
  throw new Fault('RESTORE_UNDER_WAY', `Another process restores, clones or removes ${name} at this moment.`);
}

/** By which a name is held on this machine. */
export const lockOf = ({ stateDirectory }: Settings, name: string): string =>
  `${resolve(stateDirectory)}/restore/${name}`;

/** Lets a bring-up that starts in the moment of an exchange wait for it. */
export function awaitName(settings: Settings, name: string): Promise<{ release(): Promise<void> }> {
  return takeLock(lockOf(settings, name), { waitSeconds: 1 }).catch((cause: unknown) => {
    throw new Fault('RESTORE_UNDER_WAY', `${name} is being restored at this moment.`, { cause });
  });
}

/** The copy of that name. Throws COPY_UNKNOWN with the names there are. */
export async function requireCopy(store: Store, name: string): Promise<EnvironmentCopy> {
  const found = await store.copies.find(name);
  if (found !== undefined) return found;
  const names = (await store.copies.list({ includeRetired: false, limit: 100 })).map((copy) => copy.name);
  throw new Fault('COPY_UNKNOWN', `There is no copy ${name}; there are: ${names.join(', ') || 'none'}.`);
}

/** Stops a copy and keeps it stopped. */
export async function stopCopy(copy: EnvironmentCopy, settings: Settings): Promise<void> {
  const { components } = (await openCopyMachine(copy, settings)).machine;
  for (const component of ['cron', 'gevent', 'web', 'postgres']) {
    await components.hold(component, true);
    await components.stop(component);
  }
}

/** Starts what of a copy does not run, and waits until it serves. */
export async function keepCopyUp(copy: EnvironmentCopy, settings: Settings, context: StepContext): Promise<void> {
  const { machine, target } = await openCopyMachine(copy, settings);
  await bringUpOf({ machine })(context);
  await target.letRun();
}

/** Notes that a copy is made on this machine, before anything of it lies here. */
export function markCopy(copy: EnvironmentCopy, settings: Settings): Promise<void> {
  return createCopyMarks(settings.stateDirectory).mark(copy);
}

/**
 * Takes away what lies on this machine of a copy that was made on it, and nothing else: what has the same name and is none
 * stays. Throws COPY_UNKNOWN there. Whoever calls it holds the name.
 */
export async function takeCopyAway(copy: EnvironmentCopy, settings: Settings): Promise<void> {
  const marks = createCopyMarks(settings.stateDirectory);
  if (await marks.isMarked(copy)) {
    await (await openCopyMachine(copy, settings)).target.remove();
    return marks.unmark(copy);
  }
  if (!(await isNameTaken(settings.stateDirectory, copy.name))) return;
  const message = `What lies on this machine as ${copy.name} is not the copy ${copy.id} of ${copy.source}; it is left alone.`;
  throw new Fault('COPY_UNKNOWN', message);
}

/** What a server does to copies that were made on its machine, one at a time of each. */
export function clonesHere(settings: Settings) {
  const alone = async (copy: EnvironmentCopy, work: () => Promise<void>): Promise<void> => {
    const claim = await claimName(settings, copy.name);
    await work().finally(() => claim.release());
  };
  const { isHere, takeAway } = copiesHere(settings);
  return {
    isHere,
    takeAway,
    start: (copy: EnvironmentCopy, signal: AbortSignal) =>
      alone(copy, () => keepCopyUp(copy, settings, { report: () => {}, signal })),
    stop: (copy: EnvironmentCopy) => alone(copy, () => stopCopy(copy, settings)),
  };
}

/** Which copies were made on this machine, and how they go. One that is worked on at this moment is not taken away under it. */
export function copiesHere(settings: Settings) {
  return {
    isHere: (copy: EnvironmentCopy): Promise<boolean> => createCopyMarks(settings.stateDirectory).isMarked(copy),
    takeAway: async (copy: EnvironmentCopy): Promise<void> => {
      const claim = await claimName(settings, copy.name);
      try {
        await takeCopyAway(copy, settings);
      } finally {
        await claim.release();
      }
    },
  };
}

/**
 * Makes what a killed restore left of an environment whole, before anything of it is started. Waits for a restore that is at
 * work; answers what was done, in words.
 */
export async function healEnvironment(
  environment: Environment,
  repositories: readonly Repository[],
  settings: Settings,
  context: StepContext,
): Promise<string | undefined> {
  if (runtimeDirectoryOf(environment, settings.stateDirectory) === undefined) return undefined;
  const claim = await awaitName(settings, environment.name);
  try {
    const { target } = await openDeclared(environment, repositories, settings);
    const healed = await target.heal();
    const { unsettled } = await target.observe();
    if (unsettled === undefined)
      return healed === 'nothing' ? undefined : 'a restore that was killed left it as it was';
    // Its roles and credentials may be missing still: without them Odoo does not start.
    await target.openDatabase(unsettled, context);
    return `a restore of ${unsettled.backup} that was killed is in place; \`plimsoll restore ${environment.name} --in-place\` settles it`;
  } finally {
    await claim.release();
  }
}
