import { createHash } from 'node:crypto';
import { createMemoryStore } from '../../src/adapters/memory/store.ts';
import { createMemoryBackupRepository } from '../../src/adapters/repository/memory-repository.ts';
import { integrationsIn } from '../../src/core/estate/index.ts';
import type { Fault } from '../../src/core/kernel/index.ts';
import type { AttachmentRow, BackupProgress } from '../../src/core/recovery/index.ts';
import type { BackupSource } from '../../src/ports/backup-source.ts';
import type { DumpInspector } from '../../src/ports/dump-inspector.ts';
import type { Spool, SpoolDirectory } from '../../src/ports/spool.ts';
import type { BackUpDeps, BackUpRequest } from '../../src/workflows/recovery/parts.ts';
import { createHandClock } from '../clocks.ts';

// A made-up Odoo in memory, for what the workflow decides by itself; the real source has tests of its own.

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** What the made-up estate declares of its partners. */
const documents = `kind: Environment
name: acme-prod
---
{ kind: Integration, name: dhl, partner: carrier, environments: [acme-prod], exchange: synchronous, endpoint: "env:DHL_URL" }
---
{ kind: Integration, name: wms, partner: wms, environments: [acme-prod], exchange: queued }
`;

/** Odoo's name of a content. */
export function nameOf(content: string): string {
  const sha1 = createHash('sha1').update(content).digest('hex');
  return `${sha1.slice(0, 2)}/${sha1}`;
}

async function* once(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content;
}

const tables = ['ir_module_module', 'ir_attachment', 'res_users', 'ir_config_parameter', 'sale_order'];

/** The file of a dump that holds the attachments: their names after its first line. */
const attachmentTable = `${tables.indexOf('ir_attachment')}.dat`;

/** What a test changes about the made-up Odoo. */
export interface Made {
  /** By Odoo's name. */
  readonly files: Map<string, string>;
  /** The names in the database. */
  attachments: () => readonly string[];
  /** What the database says about an attachment with that file, besides its id. */
  attachmentOf: (file: string) => Omit<AttachmentRow, 'id' | 'file'>;
  /** Called when the snapshot is taken, before files are copied under the lock. */
  onSnapshot: () => void;
  onRead: (name: string) => void;
  /** The instant of the next snapshot. */
  consistentAt: () => Temporal.Instant;
  dumpFiles: ReadonlyMap<string, string>;
  dumpFault: Fault | undefined;
  locks: number;
  open: number;
}

/** What lies in each open spool directory, by its path. */
type Spools = Map<string, Map<string, Uint8Array>>;

const inOrder = (files: ReadonlyMap<string, Uint8Array>) => [...files].sort(([a], [b]) => (a < b ? -1 : 1));

function sourceOf(made: Made, spools: Spools): BackupSource {
  return {
    async *listFiles() {
      for (const [name, content] of [...made.files].sort()) yield { name, bytes: text(content).length };
    },
    async *listNames() {
      yield* made.files.keys();
    },
    readFile: async (name) => {
      made.onRead(name);
      const content = made.files.get(name);
      return content === undefined ? undefined : once(text(content));
    },
    openSnapshot: async () => {
      const attachmentFiles = made.attachments().toSorted();
      made.locks += 1;
      made.open += 1;
      made.onSnapshot();
      return {
        snapshotId: '1',
        consistentAt: made.consistentAt(),
        attachmentFiles,
        releaseLock: async () => {
          made.locks -= 1;
        },
        describe: async () => ({
          source: {
            database: 'acme',
            systemIdentifier: '1',
            databaseUuid: 'u',
            postgresVersion: '15.1',
            databaseBytes: 1_000,
          },
          odoo: { version: '19.0', modules: [{ name: 'base', version: '19.0.1.3' }] },
          foreignModules: [],
          rowCounts: [{ table: 'sale_order', rows: 3 }],
          lastBusinessRowAt: null,
        }),
        async *attachments({ files } = {}) {
          const rows = attachmentFiles.map((file, at) => ({ id: at + 1, file, ...made.attachmentOf(file) }));
          yield rows.filter(({ file }) => files?.includes(file) ?? true);
        },
        close: async () => {
          made.open -= 1;
        },
      };
    },
    dump: async (_snapshot, { directory, report }) => {
      if (made.dumpFault !== undefined) throw made.dumpFault;
      let bytes = 0;
      for (const [path, content] of made.dumpFiles) {
        const rows = path === attachmentTable ? [content, ...made.attachments()].join('\n') : content;
        spools.get(directory)?.set(path, text(rows));
        bytes += text(rows).length;
      }
      report(bytes);
    },
  };
}

const inspectorOf = (spools: Spools): DumpInspector => ({
  tables: async () => tables.map((table, index) => ({ schema: 'public', table, file: `${index}.dat` })),
  attachments: async (directory, isWanted) => {
    const [, ...files] = new TextDecoder().decode(spools.get(directory)?.get(attachmentTable)).split('\n');
    return files
      .map((file, index) => ({ id: index + 1, name: `attachment ${index + 1}`, model: null, record: null, file }))
      .filter(({ file }) => isWanted(file));
  },
});

function spoolOf(spools: Spools): Spool {
  let opened = 0;
  return {
    sweep: async () => 0,
    open: async (): Promise<SpoolDirectory> => {
      opened += 1;
      const path = `/spool/${opened}`;
      const files = new Map<string, Uint8Array>();
      spools.set(path, files);
      return {
        path,
        list: async () => inOrder(files).map(([name, content]) => ({ path: name, bytes: content.length })),
        read: (name) => once(files.get(name) ?? new Uint8Array()),
        write: async (name, content) => void files.set(name, Buffer.concat(await Array.fromAsync(content))),
        remove: async () => void spools.delete(path),
      };
    },
  };
}

/** Everything that `backUp` needs, in memory: a real sealed and signed repository, and an Odoo to change. */
export async function makeWorld() {
  const clock = createHandClock(Temporal.Instant.from('2026-11-21T08:45:12Z'));
  const repository = await createMemoryBackupRepository(clock);
  const contents = ['one', 'two', 'three'];
  const made: Made = {
    files: new Map(contents.map((content) => [nameOf(content), content])),
    attachments: () => [...made.files.keys()],
    attachmentOf: (file) => ({ name: `attachment ${file.slice(0, 2)}`, model: null, record: null }),
    onSnapshot: () => {},
    onRead: () => {},
    consistentAt: () => Temporal.Instant.from('2026-11-21T08:00:00Z'),
    dumpFiles: new Map([
      ['toc.dat', 'toc'],
      ...tables.map((_table, index) => [`${index}.dat`, `rows of ${index}`] as const),
    ]),
    dumpFault: undefined,
    locks: 0,
    open: 0,
  };
  const spools: Spools = new Map();
  const store = createMemoryStore();
  const surroundings = async () => ({
    configuration: [{ path: 'estate/acme.yaml', content: text(documents) }],
    software: [{ name: 'odoo', version: '19.0' }],
    addons: [],
    estateDocuments: 1,
    build: 'odoo 19.0',
    integrations: integrationsIn([{ path: 'acme.yaml', text: documents }], 'acme-prod'),
    declaredIntegrations: ['dhl', 'wms'],
  });
  const own = { source: sourceOf(made, spools), spool: spoolOf(spools), inspector: inspectorOf(spools) };
  const deps: BackUpDeps = { clock, store, repository, surroundings, ...own };
  const reports: BackupProgress[] = [];
  const request = (id: string, changes: Partial<BackUpRequest> = {}): BackUpRequest => ({
    estate: 'northsea',
    environment: 'acme-prod',
    id,
    writer: `writer of ${id}`,
    actor: { kind: 'cli', name: 'test' },
    jobs: 2,
    report: (progress) => void reports.push(progress),
    ...changes,
  });
  return {
    deps,
    made,
    repository,
    store,
    request,
    reports,
    openSpools: () => spools.size,
    pass: clock.pass,
  };
}
