import { backupPlaces, type Environment, type Estate } from '../../core/estate/index.ts';
import { type BackupRun, deriveCopy, type EnvironmentCopy } from '../../core/recovery/index.ts';
import type { Store } from '../../ports/store.ts';
import type { FakeWorld } from './life.ts';

const actor = { kind: 'controller', name: 'controller' } as const;
const copiedLast = 5;

/** Clones of a made-up environment: one to test with, and one that somebody restored and forgot. */
function clonesOf(environment: Environment, backup: BackupRun, now: Temporal.Instant): readonly EnvironmentCopy[] {
  const short = environment.name.replace(/-prod$/, '');
  const common = { backup: backup.id, reachesAt: backup.startedAt, isLive: false };
  const staging = deriveCopy(environment, {
    ...common,
    id: '0b6f5b5e-6d0c-4c4e-9d5a-5f0a3c1f7a01',
    name: `${short}-staging`,
    purpose: 'clone',
    stage: 'staging',
    ports: { postgres: 5482, web: 8182, gevent: 8183 },
    isAnonymised: true,
    isReduced: true,
    createdAt: now.subtract({ hours: 24 * 5 }),
    expiresAt: now.add({ hours: 24 * 9 }),
  });
  const rescue = deriveCopy(environment, {
    ...common,
    id: '0b6f5b5e-6d0c-4c4e-9d5a-5f0a3c1f7a02',
    name: `${short}-then`,
    purpose: 'restore',
    stage: 'recovery-test',
    ports: { postgres: 5484, web: 8184, gevent: 8185 },
    isAnonymised: false,
    isReduced: false,
    createdAt: now.subtract({ hours: 50 }),
    expiresAt: null,
  });
  return [
    { ...staging, state: 'active' },
    { ...rescue, state: 'suspended' },
  ];
}

/** Tells of the copies of an environment whose backups are copied to other regions: those, their last check, and its clones. */
export async function tellOfCopies(
  inside: Store,
  estate: Estate,
  environment: Environment,
  { runs, now }: { readonly runs: readonly BackupRun[]; readonly now: Temporal.Instant },
): Promise<void> {
  const { primary, copies } = backupPlaces(estate.repositories, environment);
  const good = runs.filter(({ state }) => state === 'succeeded').slice(-copiedLast);
  const last = good.at(-1);
  if (primary === undefined || last === undefined || copies.length === 0) return;
  const subject = `environment/${environment.name}`;
  for (const { repository } of copies) {
    if (repository === undefined) continue;
    for (const { id, finishedAt, figures } of good) {
      const data = {
        from: primary.name,
        to: repository.name,
        backup: id,
        pieces: 41,
        bytes: figures?.addedBytes ?? 0,
        proven: 8,
      };
      await inside.ledger.append({ actor, type: 'backup.copied', subject, data }, finishedAt ?? now);
    }
    await inside.backupChecks.record({
      environment: environment.name,
      repository: repository.name,
      backup: good[0]?.id ?? last.id,
      checkedAt: now.subtract({ hours: 31 }),
      isIntact: true,
      files: 48_210,
      bytes: 29_000_000_000,
      problemCount: 0,
      problems: [],
    });
  }
  for (const clone of clonesOf(environment, last, now)) await inside.copies.create(clone);
}

/** Copies lie nowhere here: what is asked for is done at once, and told as a real one is. */
export function createFakeCopying({ store, clock }: Pick<FakeWorld, 'store' | 'clock'>, estate: Estate) {
  return {
    startCopies: async (environment: Environment): Promise<readonly string[]> => {
      const { primary, copies } = backupPlaces(estate.repositories, environment);
      const [newest] = await store.backups.list({ environment: environment.name, state: 'succeeded', limit: 1 });
      const names = copies.flatMap(({ repository }) => repository?.name ?? []);
      if (primary === undefined || newest === undefined) return names;
      const subject = `environment/${environment.name}`;
      for (const to of names) {
        const data = { from: primary.name, to, backup: newest.id, pieces: 41, bytes: newest.figures?.addedBytes ?? 0 };
        await store.ledger.append({ actor, type: 'backup.copied', subject, data }, clock.now());
      }
      return names;
    },
    clones: { isHere: async () => true, start: async () => {}, stop: async () => {}, takeAway: async () => {} },
  };
}
