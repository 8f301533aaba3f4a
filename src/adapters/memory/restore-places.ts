import { createHash, randomUUID } from 'node:crypto';
import { createSecret, Fault } from '../../core/kernel/index.ts';
import type { Row } from '../../ports/odoo-database.ts';
import type { RestorePlace, RestorePlaces } from '../../ports/restore-place.ts';

const filestoreName = /^([0-9a-f]{2})\/\1[0-9a-f]{38}$/;
const dumpName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** As large as an empty database of PostgreSQL. */
const restoredBytes = 8 * 1024 * 1024;

async function gather(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a made-up database answers; `undefined` lets the place answer from its system parameters. */
type Answer = (text: string, values: readonly unknown[]) => readonly Row[] | undefined;

const newIdentity = (): Map<string, string> =>
  new Map([
    ['database.uuid', randomUUID()],
    ['database.secret', randomUUID()],
  ]);

function requireName(pattern: RegExp, path: string): void {
  if (pattern.test(path)) return;
  throw new Fault('RESTORE_FAILED', `${JSON.stringify(path)} is no name of the backup's tools`);
}

function createPlace(name: string, made: Set<string>, answer: Answer): RestorePlace {
  const files = new Map<string, Buffer>();
  const dump = new Map<string, Buffer>();
  let parameters: Map<string, string> | undefined;
  const requireParameters = (): Map<string, string> => {
    if (parameters === undefined) throw new Fault('ODOO_DATABASE_UNREACHABLE', 'nothing is restored in this place');
    return parameters;
  };
  return {
    directory: name,
    databaseName: 'restored',
    database: {
      query: async (text, values) => {
        const known = requireParameters();
        const value = known.get(String(values[0]));
        return answer(text, values) ?? (value === undefined ? [] : [{ value }]);
      },
      close: async () => {},
    },
    ready: async () => {},
    writeDumpFile: async (path, content) => {
      requireName(dumpName, path);
      dump.set(path, await gather(content));
    },
    writeFile: async (path, content) => {
      requireName(filestoreName, path);
      if (files.has(path)) throw new Fault('RESTORE_FAILED', `${path} is there already`);
      const bytes = await gather(content);
      files.set(path, bytes);
      return { sha1: createHash('sha1').update(bytes).digest('hex'), bytes: bytes.length };
    },
    listFiles: async function* () {
      for (const path of [...files.keys()].sort()) yield { name: path, bytes: files.get(path)?.length ?? 0 };
    },
    restoreDatabase: async ({ report, signal }) => {
      signal?.throwIfAborted();
      if (!dump.has('toc.dat')) throw new Fault('RESTORE_FAILED', 'The dump has no table of contents (toc.dat).');
      parameters = newIdentity();
      report({ bytes: restoredBytes, detail: 'restored' });
    },
    restoreCluster: async ({ fill, report }) => {
      await fill(`${name}/data`);
      parameters = newIdentity();
      report({ bytes: 0, detail: 'restored' });
    },
    neutralise: async () => {
      const known = requireParameters();
      known
        .set('database.is_neutralized', 'true')
        .set('database.uuid', randomUUID())
        .set('database.secret', randomUUID());
    },
    change: async (changes) => {
      for (const { values } of changes) requireParameters().set(String(values[1]), String(values[0]));
    },
    boot: async ({ files }) => {
      requireParameters();
      await files?.();
      const apiKey = createSecret('a made-up key', randomUUID());
      return { url: 'http://127.0.0.1:0', database: 'restored', login: 'admin', apiKey, stop: async () => {} };
    },
    compact: async () => void requireParameters(),
    disturbedBy: async () => undefined,
    release: async (database) => {
      requireParameters();
      const [dataDirectory, superuserPasswordFile] = [`${name}/data`, `${name}/password`];
      return { dataDirectory, superuserPasswordFile, filestoreDirectory: `${name}/${database}` };
    },
    remove: async () => {
      parameters = undefined;
      made.delete(name);
    },
  };
}

/** Places in which nothing is real: for the order of things and for what is made of their answers. */
export function createMemoryRestorePlaces(
  options: { readonly answer?: Answer; readonly obstacle?: string } = {},
): RestorePlaces & { readonly made: ReadonlySet<string> } {
  const made = new Set<string>();
  return {
    made,
    obstacle: async () => options.obstacle,
    create: async () => {
      if (options.obstacle !== undefined) throw new Fault('ISOLATION_IMPOSSIBLE', options.obstacle);
      const name = `memory-${randomUUID()}`;
      made.add(name);
      return createPlace(name, made, options.answer ?? (() => undefined));
    },
    sweep: async () => [],
  };
}
