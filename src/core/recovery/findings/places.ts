import { backupPlaces, type Environment, type Estate, type Repository } from '../../estate/index.ts';
import type { RefusalReason } from '../../kernel/index.ts';
import type { FindingDraft } from '../../observe/index.ts';
import { goodAttempts } from '../attempt.ts';
import { bucketFindings } from './buckets.ts';
import { draft, graver } from './draft.ts';
import type { RecoveryView, RepositoryState } from './view.ts';

/** Where backups lie: reachable, with room, in other regions too, within residency, on the right kind of store. */
export function placeFindings(view: RecoveryView): readonly FindingDraft[] {
  const { environment, estate } = view;
  const { primary } = backupPlaces(estate.repositories, environment);
  if (primary === undefined) return [homeless(view)];
  return [
    ...view.repositories.flatMap((state) => [...storeFindings(view, state), ...bucketFindings(view, state)]),
    ...copyFindings(view),
    ...failureDomain(view, primary),
    ...storageClass(environment, primary),
  ];
}

function homeless({ environment, estate }: RecoveryView): FindingDraft {
  const isEmpty = estate.repositories.length === 0;
  return draft(environment, {
    code: 'BACKUP_WITHOUT_REPOSITORY',
    severity: graver(environment),
    subject: 'repository',
    reason: isEmpty
      ? `The estate declares no Repository, so ${environment.name} cannot be backed up.`
      : `Nothing says which repository the backups of ${environment.name} go to.`,
    action: 'Declare a document `kind: Repository`, or name one: `backup: { repository: … }`.',
    evidence: { repositories: estate.repositories.length },
  });
}

function storeFindings({ environment }: RecoveryView, state: RepositoryState): readonly FindingDraft[] {
  const { repository, unreachable, bad } = state;
  const found: FindingDraft[] = bad.map(({ id, reason, detail }) =>
    draft(environment, {
      code: 'BACKUP_NOT_TRUSTED',
      severity: graver(environment),
      subject: `${repository.name}/${id}`,
      reason: `${id} in ${repository.name} is no backup: ${reason}. ${detail}`,
      action: 'Find out who wrote or changed it. It is never restored from; take it away by hand when that is clear.',
      evidence: { backup: id, repository: repository.name, reason },
    }),
  );
  if (unreachable !== undefined) {
    found.push(
      draft(environment, {
        code: 'REPOSITORY_OUT_OF_REACH',
        severity: graver(environment),
        subject: repository.name,
        reason: `The repository ${repository.name} cannot be reached: ${unreachable}`,
        action: 'Check its directory or its address and credentials; no backup is taken until then.',
        evidence: { repository: repository.name },
      }),
    );
  }
  return found;
}

function copyFindings(view: RecoveryView): readonly FindingDraft[] {
  const { environment, estate, history, repositories } = view;
  const last = goodAttempts(history).at(-1);
  const { primary, copies } = backupPlaces(estate.repositories, environment);
  const places = [primary, ...copies.map(({ repository }) => repository)].filter((each) => each !== undefined);
  const abroad = places.flatMap((repository) =>
    residencyReasons(estate, environment, repository).map(({ code, message, hint }) =>
      draft(environment, {
        code,
        severity: 'critical',
        subject: repository.name,
        reason: message,
        action: hint,
        evidence: { repository: repository.name, region: repository.region ?? null },
      }),
    ),
  );
  const missing = copies.flatMap(({ region, repository }) => {
    const state = repositories.find((each) => each.repository.name === repository?.name);
    if (repository !== undefined && (last === undefined || state?.backups.includes(last.id) === true)) return [];
    // Of one that is out of reach nobody can say; that it is, is a finding of its own.
    if (repository !== undefined && (state === undefined || state.unreachable !== undefined)) return [];
    const where = repository === undefined ? `no repository lies in ${region}` : `${repository.name} does not have it`;
    return [
      draft(environment, {
        code: 'BACKUP_COPY_MISSING',
        severity: 'warning',
        subject: region,
        reason: `The last backup of ${environment.name} has no copy in ${region}: ${where}.`,
        action:
          repository === undefined
            ? `Declare a Repository with \`region: ${region}\`.`
            : `Copies are made after each backup; \`plimsoll backup copy ${environment.name}\` makes one now, or says why not.`,
        evidence: { region, repository: repository?.name ?? null, backup: last?.id ?? null },
      }),
    ];
  });
  return [...abroad, ...missing];
}

/**
 * Why backups of an environment may not lie in a repository: what it holds must stay in other jurisdictions (CMP-05).
 * Empty where they may. Ask it before a copy is made.
 */
export function residencyReasons(
  estate: Estate,
  environment: Environment,
  repository: Pick<Repository, 'name' | 'region'>,
): readonly RefusalReason[] {
  const region = estate.regions.find(({ name }) => name === repository.region);
  return estate.dataClasses
    .filter(({ name, residency }) => environment.dataClasses.includes(name) && residency.length > 0)
    .filter(({ residency }) => region?.jurisdiction === undefined || !residency.includes(region.jurisdiction))
    .map(({ name, residency }) => ({
      code: 'BACKUP_OUTSIDE_RESIDENCY',
      message: `${environment.name} holds ${name}, which must stay in ${residency.join(', ')}; the repository ${repository.name} is in ${region?.jurisdiction ?? 'no declared jurisdiction'}.`,
      hint: `Keep its backups in a region of ${residency.join(' or ')}, or give the repository its \`region:\` and that its \`jurisdiction:\`.`,
    }));
}

function failureDomain({ environment, estate }: RecoveryView, primary: Repository): readonly FindingDraft[] {
  if (environment.serviceClass !== 'production') return [];
  const { copies } = backupPlaces(estate.repositories, environment);
  const regions = [primary, ...copies.map(({ repository }) => repository)].map((each) => each?.region);
  const isApart = regions.some((region) => region !== undefined && region !== environment.region);
  if (environment.region !== undefined && isApart) return [];
  return [
    draft(environment, {
      code: 'BACKUP_SAME_FAILURE_DOMAIN',
      severity: 'warning',
      subject: primary.name,
      reason: `Every backup of ${environment.name} lies where it runs itself (${environment.region ?? 'no region declared'}): what takes the one takes the other.`,
      action: 'Name another region under `backup.copies`, with a Repository in it.',
      evidence: { region: environment.region ?? null, repository: primary.name },
    }),
  ];
}

/** Archives belong in object storage that keeps them from being deleted, not on the volumes of the system (OBJ-01, 02). */
function storageClass(environment: Environment, repository: Repository): readonly FindingDraft[] {
  if (environment.serviceClass !== 'production') return [];
  const found: FindingDraft[] = [];
  const evidence = { repository: repository.name, kind: repository.at.kind };
  if (repository.at.kind === 'directory') {
    const { directory } = repository.at;
    const filestore = environment.connect.filestore?.directory;
    const isInside = filestore !== undefined && (within(directory, filestore) || within(filestore, directory));
    found.push(
      draft(environment, {
        code: isInside ? 'STORAGE_CLASSES_MIXED' : 'BACKUP_ON_LOCAL_VOLUME',
        severity: isInside ? 'critical' : 'info',
        subject: repository.name,
        reason: isInside
          ? `${repository.name} and the filestore of ${environment.name} lie inside each other.`
          : `The backups of ${environment.name} lie in a directory, on a volume of a machine.`,
        action: isInside
          ? 'Give the repository a directory of its own, on another volume.'
          : 'Use object storage for production (`s3:`): it is cheaper, elsewhere, and can keep what was written.',
        evidence: { ...evidence, directory },
      }),
    );
  }
  if (environment.backup.immutableForSeconds > 0 && repository.objectLockSeconds === 0) {
    found.push(
      draft(environment, {
        code: 'BACKUP_NOT_IMMUTABLE',
        severity: 'info',
        subject: repository.name,
        reason: `Backups of ${environment.name} should be immutable; ${repository.name} has no object lock, so only Plimsoll itself keeps to that.`,
        action: 'Use an S3 bucket with versioning and object lock, and declare `objectLock:`.',
        evidence,
      }),
    );
  }
  return found;
}

function within(inner: string, outer: string): boolean {
  return `${inner.replace(/\/+$/, '')}/`.startsWith(`${outer.replace(/\/+$/, '')}/`);
}
