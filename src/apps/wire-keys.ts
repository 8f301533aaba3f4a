import { access, mkdir, open, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { systemClock } from '../adapters/clock/system-clock.ts';
import {
  createIdentity,
  createSigningKey,
  identityIds,
  opens,
  recipientId,
  signerId,
  signs,
  verifierIds,
} from '../adapters/repository/keys.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import type { PlainOrSecret, Repository, SecretReference } from '../core/estate/index.ts';
import { Fault, type Secret } from '../core/kernel/index.ts';
import { describeReference, resolveText } from '../ports/secrets.ts';
import type { Settings } from './settings.ts';
import { openRepository, recipientsOf } from './wire-recovery.ts';

const header = (text: string): string =>
  `# ${text}; created ${systemClock.now().toString({ smallestUnit: 'second' })}\n`;

/** The file that a reference names; `undefined` for one that is no file. */
function fileOf(reference: PlainOrSecret | undefined, { stateDirectory }: Settings): string | undefined {
  if (reference === undefined || typeof reference === 'string' || reference.source !== 'file') return undefined;
  return isAbsolute(reference.name) ? reference.name : join(stateDirectory, reference.name.replace(/^state\//, ''));
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Writes a file that is not there; readable by its owner alone. A key that exists is never replaced. */
async function writeKey(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Creates what a Repository names by file and what is not there: a pair to seal and open with, a recovery pair besides, and
 * a signing key. Where the recipients exist, no identity is drawn: it could not open what was sealed to them.
 */
export async function createKeys(
  repository: Repository,
  settings: Settings,
): Promise<{ readonly made: readonly string[]; readonly recovery: string | undefined }> {
  const made: string[] = [];
  const make = async (file: string, content: string): Promise<void> => {
    await writeKey(file, content);
    made.push(file);
  };
  const signing = fileOf(repository.signingKey, settings);
  if (signing !== undefined && !(await isThere(signing))) await make(signing, createSigningKey());
  const recipients = repository.sealedTo.map((value) => fileOf(value, settings)).find((file) => file !== undefined);
  const identity = fileOf(repository.identity, settings);
  if (recipients === undefined || identity === undefined || (await isThere(recipients)))
    return { made, recovery: undefined };
  if (await isThere(identity)) {
    const message = `${identity} is there and ${recipients} is not: write its recipient (age1…) into that file.`;
    throw new Fault('KEY_UNUSABLE', message);
  }
  const [own, spare] = [await createIdentity(), await createIdentity()];
  const recovery = join(dirname(identity), 'recovery-identity');
  // The recipients last: with them, the set is complete. Nothing was sealed to the keys of a creation that was killed.
  await make(identity, `${header(`identity ${own.id}`)}${own.identity}\n`);
  await make(recovery, `${header(`recovery identity ${spare.id}`)}${spare.identity}\n`);
  await make(
    recipients,
    `${header('what backups are sealed to: own, recovery')}${own.recipient}\n${spare.recipient}\n`,
  );
  return { made, recovery };
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

function referenceOf(text: string): SecretReference {
  const [, source, name] = /^(env|file):(.+)$/.exec(text) ?? [];
  if (name === undefined || (source !== 'env' && source !== 'file')) {
    throw new Fault('SETTING_INVALID', '--with takes a reference, env:NAME or file:/path, never the key itself');
  }
  return { source, name };
}

const openable: ReadonlySet<string> = new Set(['SEAL_WRONG_KEY', 'CONTENT_MISSING', 'CONTENT_ALTERED']);

/** Opens one piece of the newest backup of every environment: what a restore would begin with. */
async function checkBackups(repository: Repository, settings: Settings): Promise<readonly KeyCheck[]> {
  const opened = await openRepository(repository, settings);
  const checks: KeyCheck[] = [];
  for (const environment of await opened.environments()) {
    const newest = (await opened.list(environment)).good.at(-1)?.manifest;
    const piece = newest?.filestore.index.pieces[0];
    if (newest === undefined || piece === undefined) continue;
    const what = `opens the newest backup of ${environment}`;
    const failure = await opened.readPiece(piece).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof Fault && openable.has(error.code)) return error.message;
        throw error;
      },
    );
    checks.push({ what, isPassed: failure === undefined, detail: failure ?? newest.id });
  }
  return checks;
}

/** Tries every key: nothing is believed because it is written somewhere. */
export async function checkKeys(
  repository: Repository,
  settings: Settings,
  given: { readonly identity: string | undefined },
): Promise<readonly KeyCheck[]> {
  const secrets = createLocalSecrets(settings);
  const tried: Repository =
    given.identity === undefined ? repository : { ...repository, identity: referenceOf(given.identity) };
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
    checks.push(...(await checkBackups(tried, settings)));
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

/** Whether the keys of a Repository were created: its recipients and its signing key are there. */
export async function hasKeys(repository: Repository, settings: Settings): Promise<boolean> {
  const files = [...repository.sealedTo, repository.signingKey].map((value) => fileOf(value, settings));
  const there = await Promise.all(
    files.map(
      (file) =>
        file === undefined ||
        readFile(file).then(
          () => true,
          () => false,
        ),
    ),
  );
  return there.every(Boolean);
}
