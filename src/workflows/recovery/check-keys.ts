import type { Random } from '../../core/kernel/index.ts';
import type { BackupRepository, PieceState } from '../../ports/backup-repository.ts';

/** What the keys at hand can do with what is in the repository. */
export interface KeyCheck {
  /** True where a recovery with these keys would not fail by them. */
  readonly isSufficient: boolean;
  readonly environments: readonly {
    readonly environment: string;
    /** The newest backup whose signature holds, and the key that it holds by; `null` where there is none. */
    readonly newest: { readonly id: string; readonly signedBy: string } | null;
    /** Backups newer than that one, or without any good one, that are not believed. */
    readonly doubted: readonly { readonly id: string; readonly detail: string }[];
  }[];
  readonly sampled: number;
  readonly opened: number;
  /** Content of the sample that did not open, at most ten of it. */
  readonly failed: readonly { readonly sha256: string; readonly state: PieceState }[];
}

type Environment = KeyCheck['environments'][number];

const mostNamed = 10;

async function checkEnvironment(repository: BackupRepository, environment: string): Promise<Environment> {
  const { good, bad } = await repository.list(environment);
  const newest = good.at(-1);
  // Ids sort by time: what is older than a good backup is not needed to recover.
  const doubted = bad.filter(({ id }) => newest === undefined || id > newest.manifest.id);
  return {
    environment,
    newest: newest === undefined ? null : { id: newest.manifest.id, signedBy: newest.signedBy },
    doubted: doubted.map(({ id, reason, detail }) => ({ id, detail: `${reason}: ${detail}` })),
  };
}

/** A uniform sample of the pieces in one pass, however many there are. */
async function samplePieces(repository: BackupRepository, size: number, random: Random): Promise<readonly string[]> {
  const sample: string[] = [];
  let seen = 0;
  for await (const sha256 of repository.pieceNames()) {
    seen += 1;
    if (sample.length < size) sample.push(sha256);
    else {
      const place = random.integer(seen);
      if (place < size) sample[place] = sha256;
    }
  }
  return sample;
}

/**
 * Proves, before a bad day, that the keys at hand open a random sample of the content and believe the newest manifests. What it
 * cannot prove it names; it never says that keys suffice where it looked at nothing.
 */
export async function checkKeys(
  dependencies: { readonly repository: BackupRepository; readonly random: Random },
  options: { readonly sample: number; readonly signal?: AbortSignal | undefined },
): Promise<KeyCheck> {
  const { repository, random } = dependencies;
  const environments: Environment[] = [];
  for (const environment of await repository.environments()) {
    environments.push(await checkEnvironment(repository, environment));
  }
  const names = await samplePieces(repository, options.sample, random);
  const failed: { sha256: string; state: PieceState }[] = [];
  for (const sha256 of names) {
    const state = await repository.checkPiece({ sha256 }, { signal: options.signal });
    if (state !== 'intact') failed.push({ sha256, state });
  }
  const areBelieved = environments.every(({ newest, doubted }) => newest !== null && doubted.length === 0);
  return {
    isSufficient: environments.length > 0 && names.length > 0 && areBelieved && failed.length === 0,
    environments,
    sampled: names.length,
    opened: names.length - failed.length,
    failed: failed.slice(0, mostNamed),
  };
}
