import type { AddonsVersion, BackupManifest, Coverage } from './manifest.ts';
import { few } from './words.ts';

const shortest = 12;

/** A version as people compare it: `git 3f2ac1d0b8e1, content 9ab2…`. */
export function addonsVersionText({ revision, sha256, problem }: AddonsVersion): string {
  const commit = revision?.replace(/^(git [0-9a-f]{12})[0-9a-f]*$/, '$1');
  const parts = [commit, sha256 === null ? undefined : `content ${sha256.slice(0, shortest)}`];
  const known = parts.filter((part) => part !== undefined).join(', ');
  return known === '' ? `not known: ${problem ?? 'it is empty'}` : known;
}

const isKnown = ({ revision, sha256 }: AddonsVersion): boolean => revision !== null || sha256 !== null;

/** Whether the code of every module that is not Odoo's own can be had again in the version that ran (BKP-01). */
export function addonsCoverage(facts: {
  /** Installed modules, all of them. */
  readonly modules: number;
  readonly foreignModules: readonly string[];
  readonly addons: readonly AddonsVersion[];
}): Coverage {
  const { modules, foreignModules, addons } = facts;
  const part = 'add-ons';
  if (foreignModules.length === 0) return { part, isCovered: true, why: `all ${modules} modules are Odoo's own` };
  const homeOf = (module: string) => addons.find((each) => each.modules.some(({ name }) => name === module));
  const homeless = foreignModules.filter((module) => homeOf(module) === undefined);
  if (homeless.length > 0) {
    const why = `the code of ${few(homeless)} is not Odoo's own, and in none of the directories under odoo.addons`;
    return { part, isCovered: false, why };
  }
  const homes = addons.filter((each) => foreignModules.some((module) => homeOf(module) === each));
  const unknown = homes.find((each) => !isKnown(each));
  if (unknown !== undefined) {
    const why = `the version of ${unknown.directory} is ${addonsVersionText(unknown)}`;
    return { part, isCovered: false, why };
  }
  const named = homes.map((each) => `${each.directory} (${addonsVersionText(each)})`);
  return { part, isCovered: true, why: `${foreignModules.length} modules that are not Odoo's own, in ${few(named)}` };
}

/** What of a directory is another version now than in a backup; `undefined` where it is the same. */
function difference(then: AddonsVersion, now: AddonsVersion | undefined): string | undefined {
  const was = addonsVersionText(then);
  if (now === undefined) return `${then.directory} was ${was}, and is not declared now`;
  const isSame =
    then.sha256 !== null && now.sha256 !== null
      ? then.sha256 === now.sha256
      : isKnown(then) && then.revision === now.revision && then.revision !== null;
  if (isSame) return undefined;
  const moduleVersions = new Map(now.modules.map(({ name, version }) => [name, version]));
  const changed = then.modules.filter(({ name, version }) => moduleVersions.get(name) !== version);
  const modules = changed.map(({ name, version }) => `${name} ${version} → ${moduleVersions.get(name) ?? 'gone'}`);
  const detail = modules.length === 0 ? '' : ` (${few(modules)})`;
  return `${then.directory} was ${was}, and is ${addonsVersionText(now)}${detail}`;
}

/** How the add-ons that a copy runs with differ from those that its backup names. Nothing for a backup that names none. */
export function addonsDifferences(
  then: readonly AddonsVersion[] | undefined,
  now: readonly AddonsVersion[],
): readonly string[] {
  if (then === undefined) return [];
  const added = now.filter(({ directory }) => then.every((each) => each.directory !== directory));
  return [
    ...then.flatMap(
      (each) =>
        difference(
          each,
          now.find(({ directory }) => directory === each.directory),
        ) ?? [],
    ),
    ...added.map((each) => `${each.directory} is ${addonsVersionText(each)}, and is not in the backup`),
  ];
}

/** What a backup ran with, by name and version: the software, and each directory of add-ons. */
export function runsWith(manifest: Pick<BackupManifest, 'software' | 'addons'>): BackupManifest['software'] {
  const addons = (manifest.addons ?? []).map((each) => ({
    name: `add-ons ${each.directory}`,
    version: addonsVersionText(each),
  }));
  return [...manifest.software, ...addons];
}
