import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Fault, type Seconds } from '../../core/kernel/index.ts';
import type { AttachmentRow } from '../../core/recovery/index.ts';
import type { DumpInspector } from '../../ports/dump-inspector.ts';
import { runCommand } from '../host/command.ts';
import { dieWithUs, findPostgresPrograms } from './programs.ts';

const listWithinSeconds: Seconds = 120;
const readWithinSeconds: Seconds = 1_800;
/** `4710; 0 16503 TABLE DATA public ir_attachment odoo`: the first number names the file. */
const tableData = /^(\d+); \d+ \d+ TABLE DATA (\S+) (\S+) /;

/** One field of PostgreSQL's text COPY: `\N` is null, a backslash begins an escape. */
function copyField(text: string): string | null {
  if (text === '\\N') return null;
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v' };
  return text.replaceAll(/\\(.)/g, (_all, letter: string) => escapes[letter] ?? letter);
}

/** Picks out of a COPY of ir_attachment the rows whose file is wanted. */
function attachmentReader(isWanted: (file: string) => boolean) {
  let columns: readonly string[] | undefined;
  return (line: string): AttachmentRow | undefined => {
    const begin = /^COPY public\.ir_attachment \((.*)\) FROM stdin;$/.exec(line);
    if (begin !== null) {
      columns = (begin[1] ?? '').split(', ').map((name) => name.replaceAll('"', ''));
      return undefined;
    }
    if (line === '\\.') columns = undefined;
    if (columns === undefined) return undefined;
    const fields = line.split('\t');
    const field = (name: string): string | null => copyField(fields[columns?.indexOf(name) ?? -1] ?? '\\N');
    const file = field('store_fname');
    if (file === null || !isWanted(file)) return undefined;
    const record = field('res_id');
    return {
      id: Number(field('id')),
      name: field('name') ?? '',
      model: field('res_model'),
      record: record === null ? null : Number(record),
      file,
    };
  };
}

async function readAttachments(
  program: string,
  directory: string,
  isWanted: (file: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<readonly AttachmentRow[]> {
  const found: AttachmentRow[] = [];
  const read = attachmentReader(isWanted);
  const [setpriv, ...before] = dieWithUs;
  const args = [...before, program, '--data-only', '--schema=public', '--table=ir_attachment', '--file=-', directory];
  const limit = AbortSignal.timeout(readWithinSeconds * 1_000);
  const child = spawn(setpriv, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { LANG: 'C.UTF-8' },
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    killSignal: 'SIGKILL',
  });
  const ended = Promise.withResolvers<number | null>();
  child.once('error', ended.reject).once('close', ended.resolve);
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2_000);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const attachment = read(line);
    if (attachment !== undefined) found.push(attachment);
  }
  const code = await ended.promise;
  if (code !== 0) throw new Fault('COMMAND_FAILED', `pg_restore could not read ir_attachment: ${words.trim()}`);
  return found.sort((a, b) => a.id - b.id);
}

/** Only where `pg_restore` came to its own end it says something of the dump: killed, or too old for it, it says nothing. */
function refusal(error: unknown): unknown {
  if (!(error instanceof Fault) || error.details['exitCode'] !== 1) return error;
  const words = String(error.details['lastLines'] ?? error.message);
  const code = words.includes('unsupported version (') ? 'PLATFORM_UNSUPPORTED' : 'CONTENT_ALTERED';
  return new Fault(code, error.message, { cause: error, details: error.details });
}

/** Reads dumps with `pg_restore`, which restores nothing when it is not given a database. */
export function createDumpInspector(programs?: string): DumpInspector {
  const pgRestore = async (): Promise<string> => join(await findPostgresPrograms(programs), 'pg_restore');
  return {
    tables: async (directory, options) => {
      const lines: string[] = [];
      await runCommand({
        command: [...dieWithUs, await pgRestore(), '--list', directory],
        timeoutSeconds: listWithinSeconds,
        signal: options?.signal,
        onLine: (line) => void lines.push(line),
      }).catch((error: unknown) => Promise.reject(refusal(error)));
      return lines.flatMap((line) => {
        const [, id, schema, table] = tableData.exec(line) ?? [];
        return id === undefined || schema === undefined || table === undefined
          ? []
          : [{ schema, table, file: `${id}.dat` }];
      });
    },
    attachments: async (directory, isWanted, options) =>
      readAttachments(await pgRestore(), directory, isWanted, options?.signal),
  };
}
