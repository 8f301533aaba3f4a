import type postgres from 'postgres';
import type { BackupFault } from '../../../test/recovery/lab-backup.ts';
import type { BackupManifest } from '../../core/recovery/index.ts';

/** Objects of a repository in memory, for breaking them. */
export interface BrokenStore {
  /** The sealed object that holds a piece. */
  read(sha256: string): Uint8Array;
  /** `undefined` takes it away. */
  write(sha256: string, body: Uint8Array | undefined): void;
  readonly manifest: BackupManifest;
  /** First pieces of filestore objects, each by its name, in order. */
  readonly filestore: readonly { readonly name: string; readonly sha256: string }[];
  /** Replaces text of the published manifest. */
  editManifest(from: string, to: string): void;
  /** Takes the manifest away and publishes it again, changed, with a stranger's signing key. */
  resign(change: (manifest: BackupManifest) => BackupManifest): Promise<void>;
  /** From now on the repository is read with another identity. */
  loseKey(): Promise<void>;
}

/** A fault that somebody or something put into a backup, and how a drill names it. */
export interface SeededFault {
  readonly name: string;
  /** Where it comes from in the real world. */
  readonly story: string;
  /** Faults of one group are put into one backup, at different places, and drilled together: each must be named. */
  readonly group: string;
  /** What the reasons or the evidence of the drill must say. */
  readonly named: RegExp;
  /** Done to the source database before the backup. */
  readonly database?: (sql: postgres.Sql) => Promise<unknown>;
  /** Done while the backup is taken. */
  readonly taken?: BackupFault;
  /** Done to the repository afterwards. */
  readonly stored?: (store: BrokenStore) => void | Promise<void>;
}

const flip = (body: Uint8Array): Uint8Array =>
  body.with(Math.floor(body.length / 2), (body[Math.floor(body.length / 2)] ?? 0) ^ 1);
const half = (body: Uint8Array): Uint8Array => body.slice(0, Math.floor(body.length / 2));

/** The piece that holds the largest dump file: a table's rows. */
function dumpPiece({ manifest }: BrokenStore): string {
  const files = manifest.database.method === 'logical' ? manifest.database.files : [];
  const rows = files.filter(({ path }) => path !== 'toc.dat').toSorted((a, b) => b.bytes - a.bytes);
  return rows[0]?.pieces[0]?.sha256 ?? '';
}

const filestorePiece = ({ filestore }: BrokenStore, at: number): string => filestore[at]?.sha256 ?? '';

/** Every fault that the product promises to find. `docs/reference/fault-matrix.md` is written from it. */
export const faultMatrix: readonly SeededFault[] = [
  {
    name: 'filestore object missing',
    story: 'somebody tidied up the bucket',
    group: 'filestore objects in the repository',
    named: /[0-9a-f]{2}\/[0-9a-f]{40} \(.+\): .*missing/,
    stored: (store) => store.write(filestorePiece(store, 0), undefined),
  },
  {
    name: 'filestore object truncated',
    story: 'a full disk or a broken copy',
    group: 'filestore objects in the repository',
    named: /[0-9a-f]{2}\/[0-9a-f]{40} \(.+\): .*(?:altered|unreadable)/,
    stored: (store) => store.write(filestorePiece(store, 1), half(store.read(filestorePiece(store, 1)))),
  },
  {
    name: 'filestore object with a flipped bit',
    story: 'silent corruption of a disk',
    group: 'filestore objects in the repository',
    named: /[0-9a-f]{2}\/[0-9a-f]{40} \(.+\): .*(?:altered|unreadable)/,
    stored: (store) => store.write(filestorePiece(store, 2), flip(store.read(filestorePiece(store, 2)))),
  },
  {
    name: "filestore object with another's content",
    story: 'two objects changed places in the repository',
    group: 'filestore objects in the repository',
    named: /[0-9a-f]{2}\/[0-9a-f]{40} \(.+\): .*holds/,
    stored: (store) => store.write(filestorePiece(store, 3), store.read(filestorePiece(store, 4))),
  },
  {
    name: 'filestore object that was wrong at the source',
    story: 'the file on the source holds another content than its name says, and was backed up faithfully',
    group: 'filestore at the source',
    named: /filestore\.sha1: 1 files hold another content/,
    taken: { file: (_name, content, at) => (at === 0 ? Buffer.from('not an attachment') : content) },
  },
  {
    name: 'database and filestore from different times',
    story: 'the filestore was copied hours before the dump, so files of newer attachments are not in it',
    group: 'pair',
    named:
      /filestore\.present: \d+ files that the database names are not in the backup, first [0-9a-f]{2}\/[0-9a-f]{40} \(/,
    taken: { file: (name, content) => (name.startsWith('b') ? undefined : content) },
  },
  {
    name: 'dump file missing',
    story: 'somebody tidied up the bucket',
    group: 'dump 1',
    named: /dump file \S+\.dat\S*: .*missing/,
    stored: (store) => store.write(dumpPiece(store), undefined),
  },
  {
    name: 'dump file truncated',
    story: 'a full disk or a broken copy',
    group: 'dump 2',
    named: /dump file \S+\.dat\S*: .*(?:altered|unreadable)/,
    stored: (store) => store.write(dumpPiece(store), half(store.read(dumpPiece(store)))),
  },
  {
    name: 'dump file with a flipped bit',
    story: 'silent corruption of a disk',
    group: 'dump 3',
    named: /dump file \S+\.dat\S*: .*(?:altered|unreadable)/,
    stored: (store) => store.write(dumpPiece(store), flip(store.read(dumpPiece(store)))),
  },
  {
    name: 'dump file truncated before it was sealed',
    story: 'pg_dump was killed, and whoever ran it took no notice',
    group: 'dump 4',
    named: /pg_restore could not restore the dump/,
    taken: {
      dumpFile: (path, content) =>
        path.endsWith('.dat.gz') && content.length > 100_000 ? content.subarray(0, 50_000) : content,
    },
  },
  {
    name: 'empty dump with exit code 0',
    story: 'the dump wrote nothing and said that all was well',
    group: 'dump 5',
    named: /no table of contents/,
    taken: { dumpFile: () => undefined },
  },
  {
    name: 'rows lost from the dump',
    story: 'a table was dumped without some of its rows',
    group: 'dump 6',
    named: /database\.row-counts: 1 tables do not have the rows they had, first stock_move: \d+ of \d+ rows/,
    taken: {
      manifest: (manifest) => ({
        ...manifest,
        rowCounts: manifest.rowCounts.map((count) =>
          count.table === 'stock_move' ? { ...count, rows: count.rows + 5 } : count,
        ),
      }),
    },
  },
  {
    name: 'manifest edited',
    story: 'somebody changed what the backup says it is',
    group: 'manifest 1',
    named: /manifest is altered/,
    stored: (store) => store.editManifest('"environment":"lab"', '"environment":"lob"'),
  },
  {
    name: 'manifest signed by another key',
    story: 'somebody replaced the backup by one of their own making',
    group: 'manifest 2',
    named: /manifest is untrusted-signer/,
    stored: (store) => store.resign((manifest) => ({ ...manifest, rowCounts: [] })),
  },
  {
    name: 'wrong encryption key',
    story: 'the key that is kept for the bad day is not the one that the backups are sealed to',
    group: 'key',
    named: /wrong-key/,
    stored: (store) => store.loseKey(),
  },
  {
    name: 'backup of another database, by its name',
    story: 'the backup ran against the wrong server',
    group: 'origin 1',
    named: /database\.is-the-right-one: .*it was taken of database acme_test, the estate declares/,
    taken: { manifest: (manifest) => ({ ...manifest, source: { ...manifest.source, database: 'acme_test' } }) },
  },
  {
    name: 'backup of another database, by its identity',
    story: 'a database of the same name was restored over, or is another Odoo altogether',
    group: 'origin 2',
    named: /database\.is-the-right-one: .*its database\.uuid is /,
    taken: {
      manifest: (manifest) => ({
        ...manifest,
        source: { ...manifest.source, databaseUuid: '00000000-0000-0000-0000-000000000000' },
      }),
    },
  },
  {
    name: 'stock that its moves do not explain',
    story: 'a torn or wrongly merged copy of the database',
    group: 'database',
    named: /stock\.quants-agree: 1 stocks of a product/,
    database: (
      sql,
    ) => sql`update stock_quant set quantity = quantity + 1 where id = (select min(quant.id) from stock_quant quant
      join stock_location location on location.id = quant.location_id and location.usage = 'internal')`,
  },
  {
    name: 'posted entry that does not balance',
    story: 'a torn or wrongly merged copy of the database',
    group: 'database',
    named: /accounting\.balance: 1 posted entries do not balance/,
    database: (sql) => sql`with entry as (
      insert into account_move (name, journal_id, currency_id, state, move_type, auto_post, date)
      select 'TORN/1', min(id), (select min(id) from res_currency), 'posted', 'entry', 'no', '2026-01-01' from account_journal
      returning id, currency_id)
      insert into account_move_line (move_id, currency_id, display_type, account_id, balance, debit, credit)
      select id, currency_id, 'product', (select min(id) from account_account), 1, 1, 0 from entry`,
  },
  {
    name: 'sequence behind its table',
    story: 'the tables were restored, and their counters were not',
    group: 'database',
    named: /sequences\.ahead: 1 sequences would give numbers that are taken, first stock_move_id_seq gave 1/,
    database: (sql) => sql`select setval('stock_move_id_seq', 1)`,
  },
  {
    name: 'number sequence without its counter',
    story: 'the tables were restored, and their counters were not',
    group: 'database',
    named: /sequences\.present: 1 number sequences of Odoo have lost their counters/,
    database: (
      sql,
    ) => sql`do $$ begin execute (select format('drop sequence %I', format('ir_sequence_%s', lpad(id::text, 3, '0')))
      from ir_sequence where implementation = 'standard' order by id desc limit 1); end $$`,
  },
  {
    name: 'Odoo that does not serve',
    story: 'everything is there, and the restored Odoo cannot show its sign-in page',
    group: 'serving',
    named: /the restored Odoo does not serve/i,
    database: (sql) =>
      sql`update ir_ui_view
      set arch_db = jsonb_build_object('en_US', '<t t-name="web.login"><t t-out="1 / 0"/></t>') where key = 'web.login'`,
  },
];

/** A fault of the archived log that a physical backup needs. */
export interface LogFault {
  readonly name: string;
  readonly story: string;
  readonly state: 'missing' | 'altered';
  /** What becomes of the segment's file; `undefined` takes it away. */
  readonly change: (body: Uint8Array) => Uint8Array | undefined;
}

/** Every fault of the log that is promised to be found. The drill must say `log SEGMENT is STATE`. */
export const logFaults: readonly LogFault[] = [
  {
    name: 'WAL segment lost',
    story: 'somebody tidied up the archive, or a segment never arrived',
    state: 'missing',
    change: () => undefined,
  },
  {
    name: 'WAL segment corrupt',
    story: 'silent corruption of a disk',
    state: 'altered',
    change: flip,
  },
];
