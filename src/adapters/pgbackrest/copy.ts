import { Fault } from '../../core/kernel/index.ts';
import { planStanzaCopy, type StanzaListing } from '../../core/recovery/index.ts';
import type { StanzaCopied, StanzaCopyOptions } from '../../ports/backup-copies.ts';
import { forEachOf } from '../repository/budget.ts';
import { readListing } from './info.ts';
import { runPgbackrest, type Stanza } from './run.ts';
import { putText, readRaw, readText, sendRaw } from './stream.ts';

const together = 4;
const short = { timeoutSeconds: 300, faultCode: 'REPOSITORY_UNREACHABLE' } as const;

async function list({ stanza, layout }: Stanza, signal: AbortSignal | undefined): Promise<StanzaListing> {
  const found = new Map<string, number>();
  for (const part of ['archive', 'backup']) {
    const folder = `${part}/${stanza}`;
    const args = ['repo-ls', folder, '--recurse', '--output=json', '--log-level-console=off'];
    const lines = await runPgbackrest({ stanza, layout }, args, { ...short, signal });
    for (const [path, bytes] of readListing(lines.join('\n'))) found.set(`${folder}/${path}`, bytes);
  }
  return found;
}

/** With what the archive seals its segments: drawn when it was made, so that it tells one archive from another. */
async function markOf(stanza: Stanza, path: string, signal: AbortSignal | undefined): Promise<string> {
  const lines = await runPgbackrest(stanza, ['repo-get', path, '--log-level-console=off'], { ...short, signal });
  return lines.find((line) => line.startsWith('cipher-pass=')) ?? lines.join('\n');
}

/** The archive's info and the second one of it, for a copy that was killed may have left one of them empty. */
const infosOf = ({ stanza }: Stanza): readonly string[] =>
  ['archive.info', 'archive.info.copy'].map((name) => `archive/${stanza}/${name}`);

/** What is there already must be of the same archive: its info is written over, and would open nothing of another. */
async function requireSameArchive(from: Stanza, to: Stanza, there: StanzaListing, signal: AbortSignal | undefined) {
  const [own = ''] = infosOf(from);
  let unread: unknown;
  const present = infosOf(to).filter((path) => (there.get(path) ?? 0) > 0);
  for (const path of present) {
    const other = await markOf(to, path, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      unread = error;
      return undefined;
    });
    if (other !== undefined && other === (await markOf(from, own, signal))) return;
  }
  if (present.length === 0) return;
  const message = `What lies at the target for ${to.stanza} is the copy of another archive: move its \`archive/${to.stanza}\` and \`backup/${to.stanza}\` away, where they stay usable.`;
  throw new Fault('REPOSITORY_INVALID', message, unread === undefined ? {} : { cause: unread });
}

interface Sending {
  readonly from: Stanza;
  readonly to: Stanza;
  readonly options: StanzaCopyOptions;
  readonly done: { files: number; bytes: number };
}

/** Sends a file and reads back what arrived. */
async function send({ from, to, options, done }: Sending, path: string, bytes: number | undefined): Promise<void> {
  const { signal, report } = options;
  signal?.throwIfAborted();
  const sent = await sendRaw(from, to, { path, bytes, signal });
  const arrived = await readRaw(to, path, signal);
  if (arrived.sha256 !== sent.sha256) {
    throw new Fault('CONTENT_ALTERED', `${path} did not arrive whole at the target.`, { details: { path } });
  }
  done.files += 1;
  done.bytes += sent.bytes;
  report?.({ bytes: done.bytes, detail: `${done.files} files of the cluster and its log` });
}

/**
 * What is being sent, at the target: of a copy that is cut off nobody could tell which files had arrived and not been read back,
 * for they have their size. pgBackRest takes it for nothing of its own.
 */
const sendingOf = ({ stanza }: Stanza): string => `archive/${stanza}/plimsoll.sending`;

/** Files that an earlier copy sent and may not have read back. */
async function readUnproven({ to, options }: Sending, there: StanzaListing): Promise<readonly string[]> {
  const path = sendingOf(to);
  if (!there.has(path)) return [];
  return (await readText(to, path, options.signal)).split('\n').filter((line) => line !== '');
}

/** A line for each, so that it is never empty. */
const noteSending = ({ to, options }: Sending, paths: readonly string[]): Promise<void> =>
  putText(to, sendingOf(to), `${paths.join('\n')}\n`, options.signal);

/** Reads back what an earlier copy has sent, and sends it again where it is another. */
async function prove(sending: Sending, path: string, bytes: number | undefined): Promise<void> {
  const { from, to, options } = sending;
  const [sent, arrived] = [await readRaw(from, path, options.signal), await readRaw(to, path, options.signal)];
  if (sent.sha256 !== arrived.sha256) await send(sending, path, bytes);
}

function requireWhole({ stanza }: Stanza, labels: readonly string[]): void {
  const [lost] = labels;
  if (lost === undefined) return;
  throw new Fault('CONTENT_MISSING', `The backup ${lost} of ${stanza} is not whole in pgBackRest's repository.`);
}

/** Sends what the target lacks, and answers what of it is not there in the end. */
async function sendLacking(sending: Sending): Promise<string | undefined> {
  const { from, to, options } = sending;
  const { signal } = options;
  const request = { stanza: from.stanza, labels: options.labels, walStart: options.walStart };
  const there = await list(to, signal);
  const here = await list(from, signal);
  const plan = planStanzaCopy(request, here, there);
  requireWhole(from, plan.lost);
  await requireSameArchive(from, to, there, signal);
  const earlier = await readUnproven(sending, there);
  const unproven = earlier.filter((path) => here.has(path) && there.get(path) === here.get(path));
  const toSend = [...plan.content, ...plan.manifests];
  if (toSend.length > 0) await noteSending(sending, [...unproven, ...toSend]);
  await forEachOf(unproven, together, (path) => prove(sending, path, here.get(path)));
  for (const phase of [plan.content, plan.manifests]) {
    await forEachOf(phase, together, (path) => send(sending, path, here.get(path)));
  }
  if (toSend.length > 0 || earlier.length > 0) await noteSending(sending, []);
  // These are written anew whenever the source likes; one after the other, so that one of each two is always whole.
  for (const path of plan.info) await send(sending, path, undefined);
  // Its list names what the source has: this takes from it what is not here, and removes nothing.
  await runPgbackrest(to, ['expire', '--log-level-console=off'], { ...short, timeoutSeconds: 3_600, signal });
  const left = planStanzaCopy(request, await list(from, signal), await list(to, signal));
  const [withdrawn] = left.lost;
  if (withdrawn !== undefined) throw interrupted(`The backup ${withdrawn} was withdrawn while it was copied`);
  // What was archived meanwhile is for the next time.
  const sent = new Set([...plan.content, ...plan.manifests]);
  return [...left.content, ...left.manifests].find((path) => sent.has(path));
}

const mostRounds = 3;

/**
 * Copies backups of a stanza, and the log from the first segment that they need on, to another repository: sealed as they
 * are, every file read back: of a copy that was cut off before, what it may not have read back as well. Safe to be killed at
 * any time and run again. At the end the target's list of backups is made
 * true again, and everything is seen to be there: a retention that ran meanwhile may have taken something away, which is
 * then sent again. Throws COPY_INTERRUPTED where that goes on.
 */
export async function copyStanza(from: Stanza, to: Stanza, options: StanzaCopyOptions): Promise<StanzaCopied> {
  const sending: Sending = { from, to, options, done: { files: 0, bytes: 0 } };
  let gone: string | undefined;
  for (let round = 0; round < mostRounds; round += 1) {
    gone = await sendLacking(sending);
    if (gone === undefined) return sending.done;
  }
  throw interrupted(`${gone} was taken away from the target ${mostRounds} times while it was copied`);
}

const interrupted = (what: string): Fault => new Fault('COPY_INTERRUPTED', `${what}: run it again.`);
