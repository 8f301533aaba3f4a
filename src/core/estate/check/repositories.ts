import type { Diagnostic } from '../../kernel/index.ts';
import { type DiagnosticCode, diagnose } from '../diagnostic-catalogue.ts';
import type { Path } from '../read/documents.ts';
import { valueAt } from '../read/issues.ts';
import { lengthAt, type TypedDocument, textAt, textsAt } from '../read/typed.ts';
import { defaultRepository } from '../resolve/repository.ts';

/** What keeps a repository from holding backups that come back, and environments that no repository is meant for. */
export function checkRepositories(documents: readonly TypedDocument[]): readonly Diagnostic[] {
  const repositories = documents.filter((document) => document.kind === 'Repository');
  if (repositories.length === 0) return [];
  return [
    ...repositories.flatMap(checkPlace),
    ...repositories.flatMap(checkKeys),
    ...checkSharedPlaces(repositories),
    ...documents.flatMap((document) => checkCopies(document, repositories)),
    ...documents.filter(({ kind }) => kind === 'Environment').flatMap((each) => checkChoice(each, documents)),
  ];
}

function has(document: TypedDocument, path: Path): boolean {
  return valueAt(document.value, path) !== undefined;
}

function report(document: TypedDocument, code: DiagnosticCode, path: Path, message: string, hint?: string): Diagnostic {
  return diagnose(code, document.placeOf(path), message, hint);
}

function checkPlace(repository: TypedDocument): readonly Diagnostic[] {
  const isDirectory = has(repository, ['directory']);
  if (isDirectory !== has(repository, ['s3'])) return [];
  const message = isDirectory
    ? `\`${repository.name}\` is a directory and a bucket at once`
    : `\`${repository.name}\` does not say where it is`;
  return [report(repository, 'REPOSITORY_WITHOUT_PLACE', isDirectory ? ['s3'] : [], message)];
}

const recipient = /^age1[02-9ac-hj-np-z]{50,4000}$/;

function checkKeys(repository: TypedDocument): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  if (lengthAt(repository, ['sealedTo']) === 0) {
    const message = `\`${repository.name}\` is sealed to nobody`;
    found.push(report(repository, 'REPOSITORY_UNSEALED', ['sealedTo'], message));
  }
  for (const { text, path } of textsAt(repository, ['sealedTo'])) {
    // An identity where a recipient belongs is reported as a secret in plain, and never repeated.
    if (/^(env|file):/.test(text) || /^AGE-SECRET-KEY-/i.test(text) || recipient.test(text)) continue;
    found.push(report(repository, 'RECIPIENT_INVALID', path, 'this is not an age recipient'));
  }
  const missing = ['identity', 'signingKey'].filter((key) => !has(repository, [key]));
  if (missing.length > 0) {
    const message = `\`${repository.name}\` has no ${missing.map((key) => `\`${key}\``).join(' and no ')}`;
    found.push(report(repository, 'REPOSITORY_KEY_MISSING', [], message));
  }
  const writing = textAt(repository, ['s3', 'accessKey']);
  if (writing !== undefined && writing === textAt(repository, ['s3', 'deleteWith', 'accessKey'])) {
    const message = `\`${repository.name}\` is written with the credentials that may delete`;
    found.push(report(repository, 'REPOSITORY_DELETABLE', ['s3', 'deleteWith', 'accessKey'], message));
  }
  return found;
}

/** Two repositories in one place are one: a copy there is no copy. */
function checkSharedPlaces(repositories: readonly TypedDocument[]): readonly Diagnostic[] {
  const first = new Map<string, TypedDocument>();
  return repositories.flatMap((repository) => {
    const directory = textAt(repository, ['directory']);
    const s3 = ['endpoint', 'bucket', 'prefix'].map((key) => textAt(repository, ['s3', key]) ?? '').join(' ');
    const place = directory?.replace(/\/+$/, '') ?? s3;
    const earlier = first.get(place);
    if (place.trim() === '' || earlier === undefined) {
      first.set(place, repository);
      return [];
    }
    const message = `\`${repository.name}\` is in the same place as \`${earlier.name}\``;
    return [report(repository, 'REPOSITORY_PLACE_SHARED', [directory === undefined ? 's3' : 'directory'], message)];
  });
}

/** Regions that copies go to and in which there is no repository. */
function checkCopies(document: TypedDocument, repositories: readonly TypedDocument[]): readonly Diagnostic[] {
  const path = document.kind === 'BackupPolicy' ? ['copies'] : ['backup', 'copies'];
  const regions = new Set(repositories.map((repository) => textAt(repository, ['region'])));
  return textsAt(document, path).flatMap(({ text, path: at }) => {
    if (regions.has(text)) return [];
    return [report(document, 'COPY_WITHOUT_REPOSITORY', at, `no repository lies in \`${text}\``)];
  });
}

function checkChoice(environment: TypedDocument, documents: readonly TypedDocument[]): readonly Diagnostic[] {
  const byName = (kind: string, name: string | undefined) =>
    documents.find((document) => document.kind === kind && document.name === name);
  const tier = byName('Tier', textAt(environment, ['tier']));
  const named = [environment, tier].some(
    (document) =>
      document !== undefined &&
      (has(document, ['backup', 'repository']) ||
        textAt(byName('BackupPolicy', textAt(document, ['backup', 'policy'])) ?? document, ['repository']) !==
          undefined),
  );
  const candidates = documents
    .filter(({ kind }) => kind === 'Repository')
    .map((repository) => ({ name: repository.name ?? '', region: textAt(repository, ['region']) }));
  if (named || defaultRepository(candidates, textAt(environment, ['region'])) !== undefined) return [];
  const message = `nothing says which repository the backups of \`${environment.name}\` go to`;
  const hint = `Add \`backup: { repository: ${candidates[0]?.name} }\`, or the region it lies in.`;
  return [report(environment, 'REPOSITORY_UNDECIDED', [], message, hint)];
}
