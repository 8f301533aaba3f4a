import { Fault } from '../../core/kernel/index.ts';
import { isPhysical, piecesOf } from '../../core/recovery/index.ts';
import type { BackupCopier, CopyReport, StanzaCopier } from '../../ports/backup-copies.ts';
import type { RepositoryContext } from './context.ts';
import { claimCopy } from './copy-claim.ts';
import { copyObject, copyPieces, finished, type Running } from './copy-objects.ts';
import { continueNewest, copyCluster } from './copy-physical.ts';
import { createFormat } from './format.ts';
import { backupPrefix, claimPrefix, manifestName, pieceListName, pieceNameOf, piecesPrefix } from './layout.ts';
import type { Lease, LeaseContext } from './lease.ts';
import { type BackupFiles, type ReadBackup, readBackup, readPieceList } from './manifests.ts';
import { createPieces } from './pieces.ts';

/** So many pieces of each copied backup are read back and proven, besides its dump's beginning. */
const provenEach = 8;

async function piecesAt(context: RepositoryContext): Promise<Map<string, number>> {
  const there = new Map<string, number>();
  for await (const { key, bytes } of context.store.list(piecesPrefix)) {
    const name = pieceNameOf(key);
    if (name !== undefined) there.set(name, bytes);
  }
  return there;
}

/** Reads some of what the manifest names back from the target, and proves it; evenly spread, the first and last among them. */
async function prove(running: Running, backup: ReadBackup): Promise<void> {
  const { to, done, options } = running;
  if (to.identities.length === 0) return;
  const { manifest } = backup;
  const files = [...(manifest.database.method === 'logical' ? manifest.database.files : []), manifest.filestore.index];
  const pieces = files.flatMap((file) => file.pieces);
  const step = Math.max(1, Math.floor(pieces.length / provenEach));
  const sample = pieces.filter((_, index) => index % step === 0 || index === pieces.length - 1);
  for (const piece of sample) {
    await createPieces(to).readPiece(piece, { signal: options.signal });
    done.proven += 1;
  }
}

/** Pieces first, then the list of them and the signatures, the manifest last, each settled before: as a backup is published. */
async function copyBackup(running: Running, files: BackupFiles, backup: ReadBackup): Promise<void> {
  const { from, to, lease } = running;
  if (isPhysical(backup.manifest)) await copyCluster(running, backup.manifest);
  const names = await readPieceList(from, backup);
  await copyPieces(running, [...new Set([...names, ...piecesOf(backup.manifest)])]);
  await to.store.settle(piecesPrefix);
  await prove(running, backup);
  await lease.renew();
  const folder = backupPrefix(files.environment, files.id);
  const list = pieceListName(backup.pieces.sha256);
  const signatures = files.names.filter((name) => name.endsWith('.sig'));
  for (const name of [list, ...signatures]) await copyObject(running, `${folder}${name}`);
  await to.store.settle(folder);
  await copyObject(running, `${folder}${manifestName}`);
  await to.store.settle(folder);
  const arrived = await readBackup(to, files);
  if (!('reason' in arrived)) return;
  throw new Fault(
    'MANIFEST_UNTRUSTED',
    `The copy of ${files.id} is ${arrived.reason} at the target: ${arrived.detail}`,
  );
}

/** Why a backup would be none at the target; said before anything is sent. */
function refusalOf({ to, physical }: Running, { manifest, signedBy }: ReadBackup): string | undefined {
  // Its manifest and files alone would look like a backup there, and bring nothing back.
  if (isPhysical(manifest) && 'cannot' in physical) return `physical: ${physical.cannot}`;
  if (to.trusted.has(signedBy)) return undefined;
  return `it is signed by ${signedBy}, which ${to.name} does not trust: name that key under its trustedSigners.`;
}

async function copyAll(running: Running): Promise<CopyReport> {
  const { from, to, options, done } = running;
  const present = new Set((await finished(to, options.environment)).map(({ id }) => id));
  const copied: string[] = [];
  const refused: { id: string; detail: string }[] = [];
  const wanted = (await finished(from, options.environment)).filter(({ id }) => options.ids?.includes(id) !== false);
  const before = wanted.filter(({ id }) => present.has(id)).map(({ id }) => id);
  for (const files of wanted.filter(({ id }) => !present.has(id))) {
    options.signal?.throwIfAborted();
    const backup = await readBackup(from, files);
    const refusal = 'reason' in backup ? `${backup.reason}: ${backup.detail}` : refusalOf(running, backup);
    if ('reason' in backup || refusal !== undefined) {
      refused.push({ id: files.id, detail: refusal ?? '' });
      continue;
    }
    await copyBackup(running, files, backup);
    copied.push(files.id);
  }
  await continueNewest(running);
  return { copied, present: before, refused, ...done };
}

/** A copier between two repositories; both must trust the signers of what is copied. */
export function createCopier(
  from: RepositoryContext,
  to: RepositoryContext,
  begin: (leases: LeaseContext, environment: string, writer: string) => Promise<Lease>,
  physical: StanzaCopier,
): BackupCopier {
  return {
    copy: async (options) => {
      await createFormat(from).ready('read');
      await createFormat(to).ready('write');
      const leases = { store: to.store, deleting: to.deleting, clock: to.clock, terms: to.terms };
      claimPrefix(options.environment);
      // The claim keeps the target's collection away from pieces whose manifest has not arrived yet.
      const { environment } = options;
      const lease = await claimCopy({ environment, from: from.store.place, to: to.name }, (writer) =>
        begin(leases, environment, writer),
      );
      try {
        const done = { pieces: 0, bytes: 0, proven: 0 };
        return await copyAll({ from, to, options, lease, physical, there: await piecesAt(to), done });
      } finally {
        await lease.release();
      }
    },
  };
}
