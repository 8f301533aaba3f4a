import { createHash } from 'node:crypto';
import { createMemoryStore } from '../../src/adapters/memory/store.ts';
import { createMemoryBackupRepository } from '../../src/adapters/repository/memory-repository.ts';
import type { Fault } from '../../src/core/kernel/index.ts';
import type { AttachmentRow, BackupProgress } from '../../src/core/recovery/index.ts';
import type { BackupSource } from '../../src/ports/backup-source.ts';
import type { DumpInspector } from '../../src/ports/dump-inspector.ts';
import type { SpoolDirectory } from '../../src/ports/spool.ts';
import type { BackUpDeps, BackUpRequest } from '../../src/workflows/recovery/parts.ts';

// A made-up Odoo in memory, for what the workflow decides by itself; the real source has tests of its own.

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** Odoo's name of a content. */
export function nameOf(content: string): string {
  const sha1 = createHash('sha1').update(content).digest('hex');
  return `${sha1.slice(0, 2)}/${sha1}`;
}

async function* once(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content;
}

const tables = ['ir_module_module', 'ir_attachment', 'res_users', 'ir_config_parameter', 'sale_order'];

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

function sourceOf(made: Made): BackupSource {
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
    dump: async () => {
      if (made.dumpFault !== undefined) throw made.dumpFault;
    },
  };
}

const inspector: DumpInspector = {
  tables: async () => tables.map((table, index) => ({ schema: 'public', table, file: `${index}.dat` })),
  attachments: async () => [],
};

/** Everything that `backUp` needs, in memory: a real sealed and signed repository, and an Odoo to change. */
export async function makeWorld() {
  let now = Temporal.Instant.from('2026-11-21T08:45:12Z');
  const clock = {
    now: () => now,
    sleep: (_seconds: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        if (signal === undefined) resolve();
      }),
  };
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
  let spools = 0;
  const spool = {
    sweep: async () => 0,
    open: async (): Promise<SpoolDirectory> => {
      spools += 1;
      const files = made.dumpFiles;
      return {
        path: '/spool',
        list: async () => [...files].map(([path, content]) => ({ path, bytes: text(content).length })),
        read: (path) => once(text(files.get(path) ?? '')),
        write: async (_path, content) => {
          for await (const _ of content);
        },
        remove: async () => {
          spools -= 1;
        },
      };
    },
  };
  const store = createMemoryStore();
  const surroundings = async () => ({
    configuration: [{ path: 'estate/acme.yaml', content: text('kind: Environment') }],
    software: [{ name: 'odoo', version: '19.0' }],
    estateDocuments: 1,
    build: 'odoo 19.0',
    integrations: 2,
  });
  const deps: BackUpDeps = { clock, store, source: sourceOf(made), repository, spool, inspector, surroundings };
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
    openSpools: () => spools,
    pass: (seconds: number): void => {
      now = now.add({ seconds });
    },
  };
}
