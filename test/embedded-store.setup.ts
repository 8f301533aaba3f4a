import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openEmbedded } from '../src/adapters/embedded-postgres/index.ts';
import { sweepApart } from '../src/adapters/machine/apart.ts';
import { migrate, openPool, readMigrations } from '../src/adapters/postgres/index.ts';
import { sweepHomes } from './sweep.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the superuser of the run's embedded PostgreSQL, database `postgres`. */
    embeddedUrl: string;
  }
}

/** One embedded PostgreSQL for the run, with a migrated template that each test file's database is copied from. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweepHomes();
  const stateDirectory = await mkdtemp(join(tmpdir(), 'plimsoll-test-'));
  const embedded = await openEmbedded({ stateDirectory, whenOwned: 'refuse' });
  const admin = openPool(embedded.url, { maxConnections: 1 });
  await admin`CREATE DATABASE plimsoll_template`;
  await admin.end();
  const template = openPool(embedded.url.replace(/\/postgres$/, '/plimsoll_template'), { maxConnections: 1 });
  await migrate(template, await readMigrations(), Temporal.Now.instant());
  await template.end();
  project.provide('embeddedUrl', embedded.url);
  return async () => {
    await embedded.stop();
    await rm(stateDirectory, { recursive: true, force: true });
    await sweepApart();
  };
}
