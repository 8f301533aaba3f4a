import { Fault, type Seconds, type Secret } from '../../core/kernel/index.ts';
import type { BackupCopier, StanzaCopier } from '../../ports/backup-copies.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { readIdentities, readRecipient } from './age-keys.ts';
import { createBudget } from './budget.ts';
import { collect } from './collect.ts';
import type { RepositoryContext } from './context.ts';
import { createCopier } from './copy.ts';
import { createFormat } from './format.ts';
import { backupPrefix, claimPrefix, collectingPrefix, environmentPrefix, manifestName } from './layout.ts';
import {
  defaultTerms,
  isHeld,
  type Lease,
  type LeaseContext,
  type LeaseTerms,
  takeLease,
  unlessLost,
} from './lease.ts';
import { listBackupFiles, type ReadBackup, readBackup } from './manifests.ts';
import { publishMark, readMarkOf } from './marks.ts';
import { createPieces } from './pieces.ts';
import { publishManifest } from './publish.ts';
import { readSigner, readVerifiers } from './signing.ts';

/** What a repository is opened with. */
export interface RepositoryOptions {
  readonly name: string;
  readonly store: ObjectStore;
  /** The same place with credentials that may delete; the store itself where it is absent. */
  readonly deletingStore?: ObjectStore | undefined;
  readonly clock: Clock;
  /** `age1…`, also several lines of them; what is written is sealed to all. */
  readonly recipients: readonly string[];
  /** Identity files; needed to read content. */
  readonly identities?: readonly Secret[] | undefined;
  /** Private Ed25519 key in PEM; needed to publish. */
  readonly signingKey?: Secret | undefined;
  /** Public Ed25519 keys in PEM, also several in one text, that are believed besides the signing key's own. */
  readonly trustedSigners?: readonly string[] | undefined;
  readonly objectLockSeconds?: Seconds | undefined;
  /** Nothing younger is ever collected. */
  readonly graceSeconds?: Seconds | undefined;
  readonly terms?: LeaseTerms | undefined;
}

const defaultGraceSeconds: Seconds = 86_400;
const mostInFlight = { works: 32, bytes: 128 * 1024 * 1024 };
/** A collector that lives notices a writer after its batch; one that died is given up like any holder of a lease. */
const lookForCollectorEverySeconds: Seconds = 2;

const linesOf = (text: string): readonly string[] =>
  text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));

function contextOf(options: RepositoryOptions): RepositoryContext {
  const signer = options.signingKey === undefined ? undefined : readSigner(options.signingKey);
  const trusted = [...(signer === undefined ? [] : [signer]), ...(options.trustedSigners ?? []).flatMap(readVerifiers)];
  return {
    name: options.name,
    store: options.store,
    deleting: options.deletingStore ?? options.store,
    clock: options.clock,
    recipients: options.recipients.flatMap(linesOf).map(readRecipient),
    identities: (options.identities ?? []).flatMap(readIdentities),
    signer,
    trusted: new Map(trusted.map((verifier) => [verifier.id, verifier])),
    objectLockSeconds: options.objectLockSeconds ?? 0,
    graceSeconds: options.graceSeconds ?? defaultGraceSeconds,
    terms: options.terms ?? defaultTerms,
    budget: createBudget(mostInFlight),
  };
}

async function readAll(context: RepositoryContext, environment: string) {
  const files = (await listBackupFiles(context, environment)).filter(({ names }) => names.includes(manifestName));
  const good: ReadBackup[] = [];
  const bad: Awaited<ReturnType<BackupRepository['list']>>['bad'][number][] = [];
  for (const each of files) {
    const backup = await readBackup(context, each);
    if ('reason' in backup) bad.push(backup);
    else good.push(backup);
  }
  return { good: good.map(({ manifest, signedBy }) => ({ manifest, signedBy })), bad };
}

async function readOne(context: RepositoryContext, environment: string, id: string) {
  const files = (await listBackupFiles(context, environment)).find((each) => each.id === id);
  if (files?.names.includes(manifestName) !== true) {
    throw new Fault('BACKUP_UNKNOWN', `Repository ${context.name} has no backup ${id} of ${environment}.`);
  }
  const backup = await readBackup(context, files);
  if (!('reason' in backup)) return { manifest: backup.manifest, signedBy: backup.signedBy };
  throw new Fault('MANIFEST_UNTRUSTED', `The manifest of ${id} is ${backup.reason}: ${backup.detail}`, {
    details: { environment, backup: id, reason: backup.reason },
  });
}

/** Manifest first: from then on it is no backup. What a kill leaves of it is collected. */
async function withdraw(context: RepositoryContext, environment: string, id: string): Promise<void> {
  const folder = backupPrefix(environment, id);
  const files = (await listBackupFiles(context, environment)).find((each) => each.id === id);
  await context.deleting.delete(`${folder}${manifestName}`);
  for (const name of files?.names ?? []) await context.deleting.delete(`${folder}${name}`);
}

async function beginWriting(context: RepositoryContext, leases: LeaseContext, environment: string, writer: string) {
  // What a writer that was killed has put last counts as there from now on: it is to stay there.
  await context.store.settle(environmentPrefix(environment));
  const lease = await takeLease(leases, claimPrefix(environment), writer);
  // The collector looks at the writers after every batch: it is asked to stop, and waited for.
  const { suspectSeconds, watchSeconds } = context.terms;
  const mostTries = Math.ceil((2 * suspectSeconds + watchSeconds) / lookForCollectorEverySeconds);
  return unlessLost(lease, async () => {
    for (let tries = 0; await isHeld(leases, collectingPrefix); tries += 1) {
      if (tries >= mostTries) {
        throw new Fault('BACKUP_UNDER_WAY', 'A collection of the repository does not make way for this backup.');
      }
      await context.clock.sleep(lookForCollectorEverySeconds);
      await lease.renew();
    }
    return lease;
  });
}

/** Copies backups from one repository to another as they are; physical ones where it is said how. */
export function createBackupCopier(
  from: RepositoryOptions,
  to: RepositoryOptions,
  physical: StanzaCopier = { cannot: "pgBackRest's repositories are not to be had here." },
): BackupCopier {
  const target = contextOf(to);
  const begin = (leases: LeaseContext, environment: string, writer: string): Promise<Lease> =>
    beginWriting(target, leases, environment, writer);
  return createCopier(contextOf(from), target, begin, physical);
}

/** Opens a repository over an object store. Nothing is read or written before it is used. */
export function createBackupRepository(options: RepositoryOptions): BackupRepository {
  const context = contextOf(options);
  const leases: LeaseContext = {
    store: context.store,
    deleting: context.deleting,
    clock: context.clock,
    terms: context.terms,
  };
  const held = new Map<string, Lease>();
  const format = createFormat(context);
  const pieces = createPieces(context);
  const begin = async (environment: string, writer: string): Promise<Lease> => {
    await format.ready('write');
    const lease = await beginWriting(context, leases, environment, writer);
    held.set(environment, lease);
    const release = async (): Promise<void> => {
      if (held.get(environment) === lease) held.delete(environment);
      await lease.release();
    };
    return { ...lease, release };
  };
  return {
    ...pieces,
    name: context.name,
    place: context.store.place,
    sealedTo: context.recipients.map(({ id }) => id),
    putPiece: async (plain, signalled) => {
      await format.ready('write');
      return pieces.putPiece(plain, signalled);
    },
    beginWriting: begin,
    publish: async (manifest, filestorePieces) => {
      const lease = held.get(manifest.environment);
      if (lease !== undefined) return publishManifest(context, lease, manifest, filestorePieces);
      const own = await begin(manifest.environment, manifest.writtenBy);
      return publishManifest(context, own, manifest, filestorePieces).finally(own.release);
    },
    list: async (environment) => {
      await format.ready('read');
      return readAll(context, environment);
    },
    read: async (environment, id) => {
      await format.ready('read');
      return readOne(context, environment, id);
    },
    publishMark: (mark, filestorePieces) => publishMark(context, held.get(mark.environment), mark, filestorePieces),
    readMark: async (environment, backup) => {
      await format.ready('read');
      return (await readMarkOf(context, environment, backup))?.mark;
    },
    environments: async () => {
      await format.ready('read');
      const files = await listBackupFiles(context);
      const finished = files.filter(({ names }) => names.includes(manifestName));
      return [...new Set(finished.map(({ environment }) => environment))];
    },
    withdraw: async (environment, id) => {
      await format.ready('read');
      await withdraw(context, environment, id);
    },
    collect: async (collectOptions) => {
      await format.ready('read');
      return collect(context, leases, pieces, collectOptions);
    },
  };
}
