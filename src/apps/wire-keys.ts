import { randomBytes } from 'node:crypto';
import { dirname, isAbsolute, join } from 'node:path';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createKeyRing } from '../adapters/repository/file-key-ring.ts';
import { identityIds, opens, recipientId, signerId, signs, verifierIds } from '../adapters/repository/key-trials.ts';
import { countKeysInUse } from '../adapters/repository/keys-in-use.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import type { PlainOrSecret, Repository, SecretReference } from '../core/estate/index.ts';
import { createRandom, Fault, type Secret } from '../core/kernel/index.ts';
import type { BackupKey } from '../ports/backup-keys.ts';
import type { BackupRepository } from '../ports/backup-repository.ts';
import { describeReference, resolveText } from '../ports/secrets.ts';
import type { Store } from '../ports/store.ts';
import { checkKeys as checkSample } from '../workflows/recovery/check-keys.ts';
import type { Settings } from './settings.ts';
import { openRepository, recipientsOf, repositoryOptions } from './wire-recovery.ts';

const operator = { kind: 'cli', name: 'backup keys' } as const;

/** The file that a reference names; `undefined` for one that is no file. */
function fileOf(reference: PlainOrSecret | undefined, { stateDirectory }: Settings): string | undefined {
  if (reference === undefined || typeof reference === 'string' || reference.source !== 'file') return undefined;
  return isAbsolute(reference.name) ? reference.name : join(stateDirectory, reference.name.replace(/^state\//, ''));
}

/** The first of some values that is a file. */
function firstFile(values: readonly PlainOrSecret[], settings: Settings): string | undefined {
  return values.map((value) => fileOf(value, settings)).find((file) => file !== undefined);
}

/** The ring of the keys that a Repository names by file. */
function ringOf(repository: Repository, settings: Settings) {
  const identity = fileOf(repository.identity, settings);
  return createKeyRing({
    identity,
    recipients: firstFile(repository.sealedTo, settings),
    signingKey: fileOf(repository.signingKey, settings),
    signers: firstFile(repository.trustedSigners, settings),
    recovery: identity === undefined ? undefined : join(dirname(identity), 'recovery-identity'),
  });
}

/**
 * Creates what a Repository names by file and what is not there: a pair to seal and open with, a recovery pair besides, and
 * a signing key. Where the recipients exist, no identity is drawn: it could not open what was sealed to them.
 */
export async function createKeys(
  repository: Repository,
  settings: Settings,
): Promise<{ readonly made: readonly string[]; readonly recovery: string | undefined }> {
  const ring = ringOf(repository, settings);
  const made = await ring.create(systemClock.now());
  const { recovery } = ring.files;
  return { made, recovery: recovery !== undefined && made.includes(recovery) ? recovery : undefined };
}

/** A new key that is used from now on, with its entry in the ledger. */
export async function rotateKey(
  repository: Repository,
  settings: Settings,
  how: { readonly kind: BackupKey['kind']; readonly retire: boolean; readonly store: Store },
): Promise<{ readonly made: BackupKey; readonly replaced: readonly string[] }> {
  const ring = ringOf(repository, settings);
  const before = (await ring.list()).filter(({ kind, isCurrent }) => kind === how.kind && isCurrent);
  const now = systemClock.now();
  const made = await ring.rotate(how.kind, now, { retire: how.retire });
  const still = new Set((await ring.list()).filter(({ isCurrent }) => isCurrent).map(({ id }) => id));
  const replaced = before.map(({ id }) => id).filter((id) => !still.has(id));
  const data = { kind: how.kind, key: made.id, replaced: replaced.join(' ') };
  const subject = `repository/${repository.name}`;
  await how.store.ledger.append({ actor: operator, type: 'backup-key.rotated', subject, data }, now);
  return { made, replaced };
}

/** For every identity at hand, how much of the content nothing else at hand opens. */
export async function keysInUse(
  repository: Repository,
  settings: Settings,
  signal: AbortSignal,
): Promise<
  readonly { readonly id: string; readonly isCurrent: boolean; readonly pieces: number; readonly alone: number }[]
> {
  const { store } = await repositoryOptions(repository, settings);
  const counts = await countKeysInUse(store, signal);
  const keys = (await ringOf(repository, settings).list()).filter(({ kind }) => kind === 'seal');
  const ours = new Set(keys.map(({ id }) => id));
  return keys.map(({ id, isCurrent }) => {
    let [pieces, alone] = [0, 0];
    for (const [sealedTo, count] of counts) {
      const ids = sealedTo.split(' ');
      if (!ids.includes(id)) continue;
      pieces += count;
      if (ids.filter((each) => ours.has(each)).length === 1) alone += count;
    }
    return { id, isCurrent, pieces, alone };
  });
}

/** Removes an identity from its file once nothing needs it any more. Throws KEY_UNUSABLE where something does. */
export async function dropKey(
  repository: Repository,
  settings: Settings,
  how: { readonly id: string; readonly store: Store; readonly signal: AbortSignal },
): Promise<void> {
  const { id } = how;
  const use = (await keysInUse(repository, settings, how.signal)).find((each) => each.id === id);
  if (use === undefined || use.isCurrent) {
    const why = use === undefined ? 'is no identity at hand' : 'is what content is sealed to now: rotate first';
    throw new Fault('KEY_UNUSABLE', `${id} ${why}.`, { details: { key: id } });
  }
  if (use.alone > 0) {
    const message = `${use.alone} pieces of ${repository.name} are opened by ${id} alone: without it they are lost.`;
    throw new Fault('KEY_UNUSABLE', message, { details: { key: id, pieces: use.alone } });
  }
  const subject = `repository/${repository.name}`;
  // Said first: no key disappears without its entry.
  await how.store.ledger.append(
    { actor: operator, type: 'backup-key.dropped', subject, data: { key: id } },
    systemClock.now(),
  );
  await ringOf(repository, settings).drop(id);
}

interface KeyLine {
  readonly purpose: 'seals to' | 'opens' | 'signs' | 'believes';
  readonly id: string;
  readonly where: string;
}

async function resolved(reference: SecretReference | undefined, settings: Settings): Promise<Secret | undefined> {
  return reference === undefined ? undefined : createLocalSecrets(settings).resolve(reference);
}

/** The keys of a Repository by their ids. Throws SECRET_UNRESOLVED for one that is declared and cannot be read. */
export async function listKeys(repository: Repository, settings: Settings): Promise<readonly KeyLine[]> {
  const secrets = createLocalSecrets(settings);
  const where = (value: PlainOrSecret): string =>
    typeof value === 'string' ? 'in the estate' : describeReference(value);
  const lines: KeyLine[] = [];
  for (const value of repository.sealedTo) {
    const texts = await recipientsOf(secrets, [value]);
    lines.push(...texts.map((text) => ({ purpose: 'seals to' as const, id: recipientId(text), where: where(value) })));
  }
  const { identity, signingKey } = repository;
  if (identity !== undefined) {
    const ids = await identityIds(await secrets.resolve(identity));
    lines.push(...ids.map((id) => ({ purpose: 'opens' as const, id, where: where(identity) })));
  }
  if (signingKey !== undefined) {
    lines.push({ purpose: 'signs', id: signerId(await secrets.resolve(signingKey)), where: where(signingKey) });
  }
  for (const value of repository.trustedSigners) {
    const ids = verifierIds(await resolveText(secrets, value));
    lines.push(...ids.map((id) => ({ purpose: 'believes' as const, id, where: where(value) })));
  }
  return lines;
}

interface KeyCheck {
  readonly what: string;
  readonly isPassed: boolean;
  readonly detail: string;
}

/** What `--with` names. Throws SETTING_INVALID for a key itself. */
export function identityReference(text: string): SecretReference {
  const [, source, name] = /^(env|file):(.+)$/.exec(text) ?? [];
  if (name === undefined || (source !== 'env' && source !== 'file')) {
    throw new Fault('SETTING_INVALID', '--with takes a reference, env:NAME or file:/path, never the key itself');
  }
  return { source, name };
}

/** What a restore would begin with, of the newest and of the oldest backup: an old key is needed as long as what it opens. */
async function openedBackups(opened: BackupRepository): Promise<readonly KeyCheck[]> {
  const checks: KeyCheck[] = [];
  for (const environment of await opened.environments()) {
    const { good } = await opened.list(environment);
    const ends = [['newest', good.at(-1)] as const, ['oldest', good.length > 1 ? good[0] : undefined] as const];
    for (const [which, signed] of ends) {
      const piece = signed?.manifest.filestore.index.pieces[0];
      if (signed === undefined || piece === undefined) continue;
      const state = await opened.checkPiece(piece);
      const detail = state === 'intact' ? signed.manifest.id : `${signed.manifest.id}: ${state}`;
      checks.push({ what: `opens the ${which} backup of ${environment}`, isPassed: state === 'intact', detail });
    }
  }
  return checks;
}

/** A random sample of everything, whatever key it is sealed to, and the newest manifests believed. */
async function sampled(opened: BackupRepository, sample: number): Promise<readonly KeyCheck[]> {
  const random = createRandom(randomBytes(4).readUInt32BE());
  const {
    environments,
    sampled: looked,
    opened: intact,
    failed,
  } = await checkSample({ repository: opened, random }, { sample });
  if (environments.length === 0 && looked === 0) return [];
  const doubted = environments.flatMap((each) => each.doubted);
  const [first] = failed;
  return [
    {
      what: 'opens a random sample of the content',
      isPassed: failed.length === 0,
      detail: `${intact} of ${looked} pieces${first === undefined ? '' : `; ${first.sha256.slice(0, 12)}… is ${first.state}`}`,
    },
    {
      what: 'believes the newest backups',
      isPassed: doubted.length === 0,
      detail:
        doubted[0] === undefined ? `of ${environments.length} environments` : `${doubted[0].id}: ${doubted[0].detail}`,
    },
  ];
}

async function checkBackups(repository: Repository, settings: Settings, sample: number): Promise<readonly KeyCheck[]> {
  const opened = await openRepository(repository, settings);
  return [...(await openedBackups(opened)), ...(await sampled(opened, sample))];
}

/** Tries every key: nothing is believed because it is written somewhere. */
export async function checkKeys(
  repository: Repository,
  settings: Settings,
  given: { readonly identity: string | undefined; readonly sample: number },
): Promise<readonly KeyCheck[]> {
  const secrets = createLocalSecrets(settings);
  const tried: Repository =
    given.identity === undefined ? repository : { ...repository, identity: identityReference(given.identity) };
  const recipients = await recipientsOf(secrets, tried.sealedTo);
  const identity = await resolved(tried.identity, settings);
  const checks: KeyCheck[] = [];
  if (identity !== undefined) {
    const isPassed = await opens(identity, recipients);
    const ids = (await identityIds(identity)).join(', ');
    checks.push({
      what: 'opens what is sealed now',
      isPassed,
      detail: isPassed ? ids : `${ids} is none of the recipients`,
    });
    checks.push(...(await checkBackups(tried, settings, given.sample)));
  }
  const signer = await resolved(tried.signingKey, settings);
  if (signer !== undefined) checks.push({ what: 'signs', isPassed: signs(signer), detail: signerId(signer) });
  const isSpare = recipients.length > 1;
  const detail = isSpare
    ? `sealed to ${recipients.length} keys: any one of them opens it`
    : 'sealed to one key: if it is lost, nothing can be restored';
  checks.push({ what: 'survives the loss of a key', isPassed: isSpare, detail });
  return checks;
}
