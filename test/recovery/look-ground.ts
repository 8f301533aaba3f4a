import { createMemoryBackupRepository } from '../../src/adapters/repository/memory-repository.ts';
import { type Estate, parseEstate } from '../../src/core/estate/index.ts';
import { Fault } from '../../src/core/kernel/index.ts';
import type { BucketFacts, DrillReport } from '../../src/core/recovery/index.ts';
import type { PhysicalBackups } from '../../src/ports/physical-backup.ts';
import { backUp } from '../../src/workflows/recovery/back-up.ts';
import { type LookDeps, lookAtRecovery } from '../../src/workflows/recovery/look/look.ts';
import type { PhysicalSource } from '../../src/workflows/recovery/parts.ts';
import { recordKeyCheck } from '../../src/workflows/recovery/record-key-check.ts';
import { makeWorld } from './world.ts';

const keys = 'sealedTo: ["env:TO"]\nidentity: "env:ID"\nsigningKey: "env:SIGN"\n';
/** A repository as a document. */
export const repositoryDocument = (name: string, region: string): string =>
  `---\nkind: Repository\nname: ${name}\nregion: ${region}\ndirectory: /srv/${name}\n${keys}`;

const regions =
  'regions:\n  - { name: west, jurisdiction: EU }\n  - { name: north, jurisdiction: EU }\n  - { name: over, jurisdiction: US }\n';

/** An estate with one production environment, `acme-prod`, whose repository is `memory`. */
export function estateWith(declared: string, more = ''): Estate {
  const text = `kind: Estate\nname: northsea\n${regions}---\nkind: Environment\nname: acme-prod\nstage: production\nplatform: host\nregion: west\nodoo: { version: "19.0", database: acme }\nconnect: { filestore: { directory: /srv/files } }\n${declared}\n${repositoryDocument('memory', 'west')}${more}`;
  const { estate, diagnostics } = parseEstate([{ path: 'estate.yaml', text }]);
  if (estate === undefined) throw new Error(JSON.stringify(diagnostics));
  return estate;
}

export const daily = 'objectives: { rpo: 3d, rto: 2d }\nbackup: { method: logical, every: 1d, repository: memory }';

/** What a directory in production always gets as advice, and what is true of this made-up Odoo. */
const standing = new Set([
  'BACKUP_ON_LOCAL_VOLUME',
  'BACKUP_NOT_IMMUTABLE',
  'BACKUP_SAME_FAILURE_DOMAIN',
  'BACKUP_COVERAGE_GAP',
]);

/** An environment to look at, with what a test changes about the world around it. */
export async function makeGround(declared = daily, more = '') {
  const world = await makeWorld();
  // Copies are sealed and signed as they are: the keys are the same.
  const { recipients, identities, signingKey } = world.repository.options;
  const keysOf = { recipients, identities, signingKey };
  const far = await createMemoryBackupRepository(world.deps.clock, { name: 'far', ...keysOf });
  const estate = estateWith(declared, more);
  const seen = {
    freeBytes: undefined as number | undefined,
    bucket: undefined as BucketFacts | undefined,
    away: new Set<string>(),
    physical: undefined as PhysicalBackups | undefined,
    /** What pgBackRest keeps of the copies. */
    copies: undefined as PhysicalBackups | undefined,
  };
  const deps: LookDeps = {
    clock: world.deps.clock,
    store: world.store,
    actor: { kind: 'controller', name: 'controller' },
    openRepository: async ({ name }) => {
      if (seen.away.has(name)) throw new Fault('REPOSITORY_UNREACHABLE', `${name} does not answer.`);
      return name === 'memory' ? world.repository : far;
    },
    describePlace: async () => ({ freeBytes: seen.freeBytes, bucket: seen.bucket }),
    openPhysical: async () => seen.physical,
    openArchiveIn: async () => async () => {
      if (seen.copies === undefined) throw new Fault('PHYSICAL_UNAVAILABLE', 'nothing is made up here.');
      return { ...seen.copies, close: async () => {} };
    },
  };
  const [environment] = estate.environments;
  if (environment === undefined) throw new Error('there is an environment');
  const open = async () =>
    (await world.store.findings.list({ includeClosed: false, limit: 99 })).filter(
      ({ source }) => source === 'recovery',
    );
  const codes = async (): Promise<readonly string[]> =>
    (await open()).flatMap(({ code }) => (standing.has(code) ? [] : code)).sort();
  await recordKeyCheck(
    { ...deps, actor: { kind: 'cli', name: 'test' } },
    { repository: 'memory', key: 'age-recovery', checks: 6 },
  );
  let backups = 0;
  return {
    ...world,
    seen,
    far,
    optionsOf: { memory: world.repository.options, far: far.options },
    estate,
    deps,
    look: async () => {
      await lookAtRecovery(deps, estate, environment);
      return codes();
    },
    open,
    codes,
    /** A dump; with an archived cluster a full copy of that. */
    backUp: async (physical?: PhysicalSource) => {
      backups += 1;
      world.pass(60);
      const stamp = world.deps.clock.now().toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
      if (physical === undefined) return backUp(world.deps, world.request(`${stamp}-logical-00000${backups}`));
      const wanted = { method: 'physical', kind: 'full' } as const;
      return backUp({ ...world.deps, physical }, world.request(`${stamp}-physical-00000${backups}`, { wanted }));
    },
    drill: (backup: string, more: Partial<DrillReport> = {}) =>
      world.store.drills.record({
        id: crypto.randomUUID(),
        environment: 'acme-prod',
        backup,
        startedAt: world.deps.clock.now(),
        finishedAt: world.deps.clock.now(),
        verdict: 'verified',
        reasons: [],
        phases: [],
        checks: [],
        rpoAchievedSeconds: 60,
        rtoAchievedSeconds: 60,
        ...more,
      }),
  };
}

/** A ground with one backup that a drill has proven: nothing is wrong. */
export async function provenGround(declared = daily, more = '') {
  const ground = await makeGround(declared, more);
  const manifest = await ground.backUp();
  await ground.drill(manifest.id);
  return { ...ground, first: manifest };
}
