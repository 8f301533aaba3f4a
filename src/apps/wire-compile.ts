import { totalmem } from 'node:os';
import { join, relative } from 'node:path';
import { launcherText, machineCache, postgresBinaries } from '../adapters/host/places.ts';
import { type ComposeFile, compileCompose, compileHost, type HostLayout } from '../core/compile/index.ts';
import { compilePrometheus } from '../core/compile/prometheus/index.ts';
import type { Environment, Estate } from '../core/estate/index.ts';
import { hostEnvironment, hostPorts, odooPackage } from '../core/provision/index.ts';
import type { Settings } from './settings.ts';
import { placeOf } from './wire-observe.ts';

const platforms = ['compose', 'host'] as const;
type CompilePlatform = (typeof platforms)[number];

/** Whether this build compiles to the platform. */
export function isCompilePlatform(value: unknown): value is CompilePlatform {
  return platforms.some((platform) => platform === value);
}

function hostFiles(environment: Environment, settings: Settings): readonly ComposeFile[] {
  const runtimeDirectory = join(settings.stateDirectory, environment.name);
  const layout: HostLayout = {
    runtimeDirectory,
    softwareDirectory: join(machineCache, odooPackage.name),
    launcherFile: join(runtimeDirectory, 'bin/launch.py'),
    postgresBinaries,
    ports: hostPorts(environment, undefined),
  };
  const placed = (path: string) => placeOf(path, settings.stateDirectory);
  const { files, processes } = compileHost(hostEnvironment(environment, totalmem(), undefined, placed), layout);
  return [
    ...files.map(({ path, content }) => ({ path: relative(runtimeDirectory, path), content })),
    { path: 'processes.json', content: `${JSON.stringify(processes, null, 2)}\n` },
  ];
}

/** The files of one environment for a platform, with paths relative to its folder. */
export async function compileEnvironment(
  environment: Environment,
  platform: CompilePlatform,
  settings: Settings,
): Promise<readonly ComposeFile[]> {
  if (platform === 'host') return hostFiles(environment, settings);
  const compose = {
    name: environment.name,
    database: environment.odoo.database,
    workers: environment.workers,
    modules: environment.odoo.modules,
    ports: hostPorts(environment, undefined),
    addonDirectories: (environment.odoo.addons ?? []).map(({ directory }) =>
      placeOf(directory, settings.stateDirectory),
    ),
  };
  return compileCompose(compose, await launcherText());
}

/** Rules, routing and dashboards for an estate's objectives; Prometheus is to ask the server that the settings name. */
export function compileObjectives(estate: Estate, settings: Settings): readonly ComposeFile[] {
  return compilePrometheus(estate, new URL(settings.serverUrl).host);
}
