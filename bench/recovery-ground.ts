import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { createRandom } from '../src/core/kernel/index.ts';
import type { LabDatabase } from '../test/lab/index.ts';

const mebibyte = 1024 * 1024;
/** As attachments are: many slips and labels, some photographs, a few large scans. */
const sizes = [8_000, 20_000, 40_000, 60_000, 120_000, 300_000, 1_500_000];

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

export const line = (name: string, value: string, beside = ''): void =>
  console.log(`${name.padEnd(58)} ${value.padStart(10)}   ${beside}`);

export const phasesOf = (phases: Readonly<Record<string, number>>): string =>
  Object.entries(phases)
    .map(([phase, seconds]) => `${phase} ${seconds.toFixed(1)}`)
    .join(', ');

const messageBytes = 1_600;

/** Grows a lab database by so many bytes of messages, a twelfth of which does not shrink; answers what it holds then. */
export async function addMessages(database: LabDatabase, mib: number): Promise<number> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    await sql`insert into mail_message (model, message_type, date, body)
      select 'res.partner', 'comment', now() - number * interval '1 second',
        md5(number::text) || repeat('the goods of this delivery wait at gate seven; ', 31) || md5((-number)::text) || md5(number::text || 'x')
      from generate_series(1, ${Math.round((mib * mebibyte) / messageBytes)}::int) as number`;
    const [size] = await sql<{ bytes: string }[]>`select pg_database_size(current_database()) as bytes`;
    return Math.round(Number(size?.bytes) / mebibyte);
  } finally {
    await sql.end();
  }
}

/** Adds attachments of so many bytes to a lab database, files and rows; half of them compress. */
export async function addAttachments(database: LabDatabase, mib: number, seed: number): Promise<number> {
  const random = createRandom(seed);
  const names: string[] = [];
  for (let written = 0; written < mib * mebibyte; ) {
    const bytes = random.pick(sizes);
    const text = Buffer.alloc(bytes, `delivery slip ${seed}-${names.length}, a line of it and another; `);
    const content = random.integer(2) === 0 ? randomBytes(bytes) : text;
    const sha1 = createHash('sha1').update(content).digest('hex');
    const folder = join(database.filestoreDirectory, sha1.slice(0, 2));
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await writeFile(join(folder, sha1), content, { mode: 0o644 });
    names.push(`${sha1.slice(0, 2)}/${sha1}`);
    written += bytes;
  }
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    await sql`insert into ir_attachment (name, type, res_model, store_fname)
      select 'bench', 'binary', 'res.partner', name from unnest(${names}::text[]) as name`;
  } finally {
    await sql.end();
  }
  return names.length;
}
