import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEstateFiles } from '../adapters/estate-files/estate-files.ts';
import { machineCache } from '../adapters/host/places.ts';
import { readAddonsVersion } from '../adapters/odoo-addons/addons-version.ts';
import { type Environment, type Estate, findIntegrations, integrationsIn } from '../core/estate/index.ts';
import { type AddonsVersion, estateFolder } from '../core/recovery/index.ts';
import type { Surroundings } from '../workflows/recovery/parts.ts';
import { version } from './installation.ts';
import type { Settings } from './settings.ts';
import { placeOf, runtimeDirectoryOf } from './wire-observe.ts';

async function filesUnder(directory: string, prefix: string, name: RegExp) {
  const names = (await readdir(directory).catch(() => [])).filter((each) => name.test(each)).sort();
  return Promise.all(
    names.map(async (each) => ({ path: `${prefix}/${each}`, content: await readFile(join(directory, each)) })),
  );
}

/** What runs here, named exactly enough to be had again. */
async function buildOf(runtimeDirectory: string | undefined): Promise<string | undefined> {
  if (runtimeDirectory === undefined) return undefined;
  const text = await readFile(join(machineCache, 'odoo-19', 'plimsoll-complete'), 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : `Debian package odoo-19 ${text.trim()}`;
}

/** The declared directories of add-ons, as they are now. */
export function addonsOf(environment: Environment, { stateDirectory }: Settings): Promise<readonly AddonsVersion[]> {
  const declared = environment.odoo.addons ?? [];
  return Promise.all(
    declared.map((each) => readAddonsVersion({ ...each, path: placeOf(each.directory, stateDirectory) })),
  );
}

/** Those that a copy can be started with: Odoo refuses a directory without a module in it. */
export function usableAddons(addons: readonly AddonsVersion[], { stateDirectory }: Settings): readonly string[] {
  return addons.filter(({ modules }) => modules.length > 0).map(({ directory }) => placeOf(directory, stateDirectory));
}

/** The estate's documents as `estate check` reads them, in all its folders. */
async function documentsOf(directory: string) {
  const { files } = await createEstateFiles(directory).read();
  return files.map(({ path, text }) => ({
    path: `${estateFolder}/${path}`,
    content: new TextEncoder().encode(text),
    text,
  }));
}

/** What goes into a backup besides database and filestore: documents, configuration, and what runs it by name and version. */
export async function surroundingsOf(
  estate: Estate,
  environment: Environment,
  options: { readonly settings: Settings; readonly directory: string },
): Promise<Surroundings> {
  const runtimeDirectory = runtimeDirectoryOf(environment, options.settings.stateDirectory);
  const documents = await documentsOf(options.directory);
  // Compiled for everybody to read, so that they hold no secret; the passwords are in files of other names.
  const configuration =
    runtimeDirectory === undefined ? [] : await filesUnder(join(runtimeDirectory, 'etc'), 'host', /\.conf$/);
  const build = await buildOf(runtimeDirectory);
  const addons = await addonsOf(environment, options.settings);
  const odoo = build === undefined ? [] : [{ name: 'odoo', version: build }];
  return {
    configuration: [...documents.map(({ path, content }) => ({ path, content })), ...configuration],
    estateDocuments: documents.length,
    software: [{ name: 'plimsoll', version }, ...odoo],
    build,
    addons,
    integrations: integrationsIn(documents, environment.name),
    declaredIntegrations: findIntegrations(estate, { environment: environment.name }).map(({ name }) => name),
  };
}
