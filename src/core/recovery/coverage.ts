import { addonsCoverage } from './addons.ts';
import { type IntegrationFacts, integrationCoverage } from './integration-coverage.ts';
import type { AddonsVersion, Coverage } from './manifest.ts';

/** What was found when a backup was taken. */
export interface CoverageFacts {
  /** What the database is in: `the dump of 512 tables`. `undefined` where it is in nothing. */
  readonly databaseIn: string | undefined;
  readonly filestoreFiles: number;
  readonly missingFiles: number;
  /** The estate's own documents, and the configuration files of the running system. */
  readonly estateDocuments: number;
  readonly configurationFiles: number;
  /** How the software is named exactly enough to be had again: a package with its version, an image with its digest. */
  readonly build: string | undefined;
  readonly modules: number;
  /** Installed modules that are not Odoo's own. */
  readonly foreignModules: readonly string[];
  /** The declared directories that they come from. */
  readonly addons: readonly AddonsVersion[];
  readonly integrations: IntegrationFacts;
  /** Keys that can open it: with one alone, losing it loses everything. */
  readonly keys: number;
}

/**
 * Whether what lies in a filestore is the filestore of its database. Some files get lost over the years; where more are missing than are there, it
 * is another directory, or its volume is not mounted.
 */
export function isFilestoreThere({ files, missing }: { readonly files: number; readonly missing: number }): boolean {
  return missing <= files;
}

function filestoreCoverage({ filestoreFiles: files, missingFiles: missing }: CoverageFacts): Coverage {
  const part = 'filestore';
  if (!isFilestoreThere({ files, missing })) {
    const why = `only ${files} of the ${files + missing} files that the database names were at the source: is its filestore mounted, and is it the one that is declared?`;
    return { part, isCovered: false, why };
  }
  const lost = missing === 0 ? '' : `; ${missing} were lost at the source before`;
  return { part, isCovered: true, why: `${files} files of the snapshot${lost}` };
}

/** Which of the eight things a recovery needs are in the backup, each with where it is or what is missing (BKP-01). */
export function coverageOf(facts: CoverageFacts): readonly Coverage[] {
  const isDeclared = facts.estateDocuments > 0;
  return [
    { part: 'database', isCovered: facts.databaseIn !== undefined, why: facts.databaseIn ?? 'no table of it' },
    filestoreCoverage(facts),
    {
      part: 'configuration',
      isCovered: facts.configurationFiles > 0,
      why:
        facts.configurationFiles > 0
          ? `${facts.configurationFiles} configuration files`
          : 'Plimsoll does not run this Odoo and cannot see its configuration files',
    },
    {
      part: 'manifest',
      isCovered: isDeclared,
      why: isDeclared
        ? `the estate's ${facts.estateDocuments} documents, which everything is compiled from`
        : 'no estate',
    },
    {
      part: 'images',
      isCovered: facts.build !== undefined,
      why: facts.build ?? 'the exact package or image that it runs is not known',
    },
    addonsCoverage(facts),
    integrationCoverage(facts.integrations),
    {
      part: 'secret-recovery',
      isCovered: facts.keys > 1,
      why:
        facts.keys > 1
          ? `sealed to ${facts.keys} keys: any one of them opens it`
          : 'sealed to one key: if it is lost, nothing can be restored. Add a recovery key that is kept elsewhere',
    },
  ];
}
