import { mkdir } from 'node:fs/promises';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { hasEmbedded, openEmbedded } from '../adapters/embedded-postgres/index.ts';
import {
  createPostgresStore,
  migrate,
  openPool,
  readMigrations,
  type Sql,
  sha256Hex,
} from '../adapters/postgres/index.ts';
import type { Store } from '../ports/store.ts';
import { publishEvents } from '../workflows/publish-events.ts';
import type { Settings } from './settings.ts';

/** The database of this Plimsoll, up to date. */
export interface OpenStore {
  readonly url: string;
  readonly pool: Sql;
  readonly store: Store;
  close(): Promise<void>;
}

/**
 * Opens the store: the PostgreSQL that PLIMSOLL_DATABASE_URL names, else the embedded one. A server owns the embedded
 * one; a command shares it with the server that runs, or starts it for its own short while.
 */
export async function openStore(settings: Settings, whenOwned: 'share' | 'refuse'): Promise<OpenStore> {
  const { databaseUrl, stateDirectory } = settings;
  await mkdir(stateDirectory, { recursive: true });
  const embedded = databaseUrl === undefined ? await openEmbedded({ stateDirectory, whenOwned }) : undefined;
  const url = databaseUrl ?? embedded?.url ?? '';
  const pool = openPool(url, { maxConnections: 15 });
  const close = async (): Promise<void> => {
    await pool.end({ timeout: 5 });
    await embedded?.stop();
  };
  try {
    await migrate(pool, await readMigrations(), Temporal.Now.instant());
  } catch (error) {
    await close();
    throw error;
  }
  return { url, pool, store: createPostgresStore(pool), close };
}

/** The store for a command that changes records: subscribers of a server that runs hear of it. */
export async function openPublishingStore(settings: Settings, whenOwned: 'share' | 'refuse'): Promise<OpenStore> {
  const opened = await openStore(settings, whenOwned);
  return { ...opened, store: publishEvents(opened.store, systemClock) };
}

/** The store of a command that also works without one: `undefined` where there is none, and nothing is made. */
export async function openStoreIfThere(settings: Settings): Promise<OpenStore | undefined> {
  if (settings.databaseUrl === undefined && !hasEmbedded(settings.stateDirectory)) return undefined;
  return openPublishingStore(settings, 'share');
}

/** SHA-256, as the ledger and the token store use it. */
export const hash = sha256Hex;
