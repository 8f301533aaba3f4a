import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../src/apps/cli/main.ts');

/** A database of the lab as an estate declares it. */
export interface LabEstateOptions {
  /** Estate, state and repository lie below it. */
  readonly work: string;
  /** Of the role that owns the database; what it is called comes from there. */
  readonly databaseUrl: string;
  /** Of the backups; beside the estate where it is not said. */
  readonly vaultDirectory?: string;
  /** What the estate calls the database. */
  readonly declaredName: string;
  readonly filestoreDirectory: string;
  /** The control plane's own database. */
  readonly storeUrl: string;
  /** Its name below `work`. */
  readonly estateDirectory?: string;
  /** What is declared of backups. */
  readonly backup: string;
  /** Directories of add-ons. */
  readonly addons?: readonly string[];
  /** More documents. */
  readonly more?: string;
}

/** What a command ended with, and all that it said. */
export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly all: string;
}

/** One environment over a database that runs already, with a repository of its own, and the command line over them. */
export async function openLabEstate(options: LabEstateOptions) {
  const { work, databaseUrl, declaredName, filestoreDirectory, storeUrl, backup, more = '' } = options;
  const { vaultDirectory = join(work, 'vault'), estateDirectory = 'estate' } = options;
  const state = join(work, 'state');
  const estate = join(work, estateDirectory);
  await mkdir(estate, { recursive: true });
  await writeFile(join(work, 'backup-url'), databaseUrl, { mode: 0o600 });
  const quoted = (text: string): string => JSON.stringify(text);
  const addons = (options.addons ?? []).map((each) => `{ directory: ${quoted(each)} }`).join(', ');
  await writeFile(
    join(estate, 'estate.yaml'),
    `kind: Estate
name: dock
regions: [{ name: west, jurisdiction: EU }, { name: north, jurisdiction: EU }]
---
kind: Repository
name: vault
region: west
directory: ${quoted(vaultDirectory)}
sealedTo: ["file:state/keys/recipients"]
identity: "file:state/keys/identity"
signingKey: "file:state/keys/signing-key"
---
kind: Environment
name: acme
stage: production
platform: host
lab: true
region: west
odoo: { version: "19.0", database: ${quoted(declaredName)}, addons: [${addons}] }
${backup}
connect:
  backup: { url: ${quoted(`file:${join(work, 'backup-url')}`)} }
  filestore: { directory: ${quoted(filestoreDirectory)} }
${more}`,
  );
  const environment = { PLIMSOLL_STATE: state, PLIMSOLL_DATABASE_URL: storeUrl, NO_COLOR: '1' };
  /** Runs a command to its end. */
  const bare = async (args: readonly string[], around: Readonly<Record<string, string>> = {}): Promise<Said> => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: work,
      env: { PATH: process.env['PATH'] ?? '', ...environment, ...around },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, all] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      all += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, all };
  };
  const run = (args: readonly string[], around?: Readonly<Record<string, string>>): Promise<Said> =>
    bare([...args, '--estate', estate], around);
  return { state, estate, environment, bare, run };
}
