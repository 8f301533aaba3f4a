import type { Diagnostic } from '../../kernel/index.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import type { Path } from '../read/documents.ts';
import { keysAt, lengthAt, type TypedDocument, textAt } from '../read/typed.ts';
import { didYouMean } from '../read/words.ts';
import type { Kind } from '../schema/index.ts';
import { brief } from '../schema/scalars.ts';

type Target = Kind | 'region' | 'calendar event' | 'peak profile' | 'owner' | 'service dependency';

/** Where each kind refers to others. `*` stands for every item of a list; `~` at the end for every key of a mapping. */
const references: Readonly<Partial<Record<Kind, readonly (readonly [path: string, to: Target])[]>>> = {
  Site: [
    ['region', 'region'],
    ['calendar.*.service', 'BusinessService'],
  ],
  Tier: [
    ['backup.policy', 'BackupPolicy'],
    ['backup.copies.*', 'region'],
    ['backup.repository', 'Repository'],
    ['backup.windows.*', 'calendar event'],
    ['change.policy', 'ChangePolicy'],
  ],
  BackupPolicy: [
    ['copies.*', 'region'],
    ['repository', 'Repository'],
    ['windows.*', 'calendar event'],
  ],
  Repository: [['region', 'region']],
  ChangePolicy: [
    ['windows.*', 'calendar event'],
    ['freezes.*', 'calendar event'],
  ],
  Environment: [
    ['tenant', 'Tenant'],
    ['tier', 'Tier'],
    ['region', 'region'],
    ['sites.*', 'Site'],
    ['backup.policy', 'BackupPolicy'],
    ['backup.copies.*', 'region'],
    ['backup.repository', 'Repository'],
    ['backup.windows.*', 'calendar event'],
    ['dataClasses.*', 'DataClass'],
    ['peakThresholds.~', 'peak profile'],
    ['dependsOn.*', 'Environment'],
    ['owner', 'owner'],
  ],
  BusinessService: [
    ['environments.*', 'Environment'],
    ['owner', 'owner'],
    ['objectives.*.backlog.clearBefore', 'calendar event'],
    ['objectives.*.integration.name', 'Integration'],
    ['dependsOn.*', 'service dependency'],
  ],
  Integration: [
    ['environments.*', 'Environment'],
    ['services.*', 'BusinessService'],
    ['owner', 'owner'],
  ],
  BusinessCommitment: [
    ['tenant', 'Tenant'],
    ['service', 'BusinessService'],
    ['promise.before', 'calendar event'],
  ],
  Team: [
    ['notify.*.channel', 'Channel'],
    ['escalate.to.*', 'Team'],
  ],
  Channel: [['tells.tenants.*', 'Tenant']],
  Runbook: [
    ['services.*', 'BusinessService'],
    ['owner', 'owner'],
  ],
  Policy: [
    ['environments.*', 'Environment'],
    ['owner', 'owner'],
  ],
  Exception: [
    ['policy', 'Policy'],
    ['environments.*', 'Environment'],
    ['approvedBy', 'owner'],
  ],
};

const words: Readonly<Partial<Record<Target, string>>> = {
  BusinessService: 'business service',
  BackupPolicy: 'backup policy',
  ChangePolicy: 'change policy',
  DataClass: 'data class',
};

/** Every reference to something that is not declared. `unread` names files whose declarations could not be read. */
export function checkReferences(documents: readonly TypedDocument[], unread: readonly string[]): readonly Diagnostic[] {
  const declared = collectDeclared(documents);
  return documents.flatMap((document) =>
    (references[document.kind] ?? []).flatMap(([pattern, target]) =>
      namesAt(document, pattern).flatMap(({ name, place }) => checkReference(name, target, place, declared, unread)),
    ),
  );
}

type Place = ReturnType<TypedDocument['placeOf']>;

/** The names that stand where a pattern points, each with its place. */
function namesAt(
  document: TypedDocument,
  pattern: string,
): readonly { readonly name: string; readonly place: Place }[] {
  if (pattern.endsWith('.~')) {
    const path = pattern.slice(0, -2).split('.');
    return keysAt(document, path).map((name) => ({ name, place: document.keyPlaceOf([...path, name]) }));
  }
  return expandPath(document, pattern.split('.')).flatMap((path) => {
    const name = textAt(document, path);
    return name === undefined ? [] : [{ name, place: document.placeOf(path) }];
  });
}

type Declarations = ReadonlyMap<Target, ReadonlySet<string>>;

function checkReference(
  name: string,
  target: Target,
  place: Place,
  declared: Declarations,
  unread: readonly string[],
): readonly Diagnostic[] {
  if (target === 'service dependency') {
    const [kind, rest] = splitDependency(name);
    return checkReference(rest, kind, place, declared, unread);
  }
  const kind = target === 'owner' ? 'Team' : target;
  const known = declared.get(kind) ?? new Set();
  if (known.has(name)) return [];
  const word = words[kind] ?? kind.toLowerCase();
  const guess = didYouMean(name, [...known], 'Declared');
  const aside = unread.length === 0 ? '' : ` It may stand in ${unread.join(', ')}, which could not be read.`;
  const code = target === 'owner' ? 'OWNER_UNDECLARED' : 'REFERENCE_UNKNOWN';
  return [diagnose(code, place, `no ${word} \`${brief(name)}\` is declared`, `${guess}${aside}`)];
}

/** `integration/dhl` names an integration; a bare name names a service. */
export function splitDependency(name: string): readonly [Kind, string] {
  const slash = name.indexOf('/');
  const rest = name.slice(slash + 1);
  if (name.startsWith('integration/')) return ['Integration', rest];
  return name.startsWith('environment/') ? ['Environment', rest] : ['BusinessService', rest];
}

function collectDeclared(documents: readonly TypedDocument[]): Declarations {
  const declared = new Map<Target, Set<string>>();
  const add = (target: Target, name: string | undefined): void => {
    const names = declared.get(target) ?? new Set();
    declared.set(target, names);
    if (name !== undefined) names.add(name);
  };
  for (const document of documents) {
    add(document.kind, document.name);
    for (const path of expandPath(document, ['regions', '*', 'name'])) add('region', textAt(document, path));
    for (const path of expandPath(document, ['calendar', '*', 'name'])) add('calendar event', textAt(document, path));
    for (const path of expandPath(document, ['calendar', '*', 'profile'])) add('peak profile', textAt(document, path));
  }
  return declared;
}

/** The paths that a pattern with `*` stands for in a document. */
export function expandPath(document: TypedDocument, pattern: readonly string[]): readonly Path[] {
  let paths: readonly Path[] = [[]];
  for (const step of pattern) {
    paths = paths.flatMap((path) =>
      step === '*'
        ? Array.from({ length: lengthAt(document, path) }, (_, index) => [...path, index])
        : [[...path, step]],
    );
  }
  return paths;
}
