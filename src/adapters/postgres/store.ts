import type { Store } from '../../ports/store.ts';
import { createSignInLinks, createTokens } from './access.ts';
import { createBackupRuns } from './backup-runs.ts';
import { inTransaction, type Sql, translateStoreError } from './connect.ts';
import { createDrills } from './drills.ts';
import { createEvents } from './events.ts';
import { createFindings } from './findings.ts';
import { createLedger } from './ledger.ts';
import { createObjectives } from './objectives.ts';
import { createHealth, createJourneys, createLifecycle } from './records.ts';

/** The store inside one transaction; a transaction inside it is the same one. */
function storeOn(sql: Sql): Store {
  const store: Store = {
    ledger: createLedger(sql),
    findings: createFindings(sql),
    health: createHealth(sql),
    journeys: createJourneys(sql),
    drills: createDrills(sql),
    objectives: createObjectives(sql),
    lifecycle: createLifecycle(sql, true),
    backups: createBackupRuns(sql),
    events: createEvents(sql),
    tokens: createTokens(sql),
    signInLinks: createSignInLinks(sql),
    transaction: (work) => work(store),
  };
  return store;
}

type Run = <Result>(work: (store: Store) => Promise<Result>) => Promise<Result>;
type Read = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Verdicts replace each other in a transaction; the past is read and written one statement at a time. */
function objectivesOn(run: Run, read: Read, direct: Store): Store['objectives'] {
  return {
    put: (environment, verdicts, at) => run((store) => store.objectives.put(environment, verdicts, at)),
    list: (options) => read(() => direct.objectives.list(options)),
    get: (key) => read(() => direct.objectives.get(key)),
    remember: (points) => read(() => direct.objectives.remember(points)),
    history: (key, since) => read(() => direct.objectives.history(key, since)),
    prune: (before) => read(() => direct.objectives.prune(before)),
  };
}

/** Plimsoll's records in PostgreSQL, on a schema that `migrate` brought up to date. Every fault is STORE_UNREACHABLE or a defect. */
export function createPostgresStore(pool: Sql): Store {
  const run = <Result>(work: (store: Store) => Promise<Result>): Promise<Result> =>
    inTransaction(pool, (sql) => work(storeOn(sql)));
  const read = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw translateStoreError(error);
    }
  };
  const direct = { ...storeOn(pool), lifecycle: createLifecycle(pool, false) };
  return {
    ledger: {
      append: (draft, at) => run((store) => store.ledger.append(draft, at)),
      read: (options) => read(() => direct.ledger.read(options)),
      tail: (options) => read(() => direct.ledger.tail(options)),
      head: () => read(() => direct.ledger.head()),
    },
    findings: {
      reconcile: (scope, drafts, now) => run((store) => store.findings.reconcile(scope, drafts, now)),
      list: (options) => read(() => direct.findings.list(options)),
      get: (id) => read(() => direct.findings.get(id)),
      openCounts: () => read(() => direct.findings.openCounts()),
    },
    health: {
      put: (health) => read(() => direct.health.put(health)),
      get: (environment) => read(() => direct.health.get(environment)),
      list: () => read(() => direct.health.list()),
    },
    journeys: {
      record: (journey) => read(() => direct.journeys.record(journey)),
      list: (options) => read(() => direct.journeys.list(options)),
      get: (id) => read(() => direct.journeys.get(id)),
      prune: (before) => read(() => direct.journeys.prune(before)),
    },
    drills: {
      record: (report) => read(() => direct.drills.record(report)),
      list: (options) => read(() => direct.drills.list(options)),
      get: (id) => read(() => direct.drills.get(id)),
    },
    objectives: objectivesOn(run, read, direct),
    lifecycle: {
      get: (environment) => read(() => direct.lifecycle.get(environment)),
      set: (environment, state, at) => read(() => direct.lifecycle.set(environment, state, at)),
      list: () => read(() => direct.lifecycle.list()),
    },
    backups: {
      begin: (each) => read(() => direct.backups.begin(each)),
      progress: (id, progress, at) => read(() => direct.backups.progress(id, progress, at)),
      end: (ending) => read(() => direct.backups.end(ending)),
      get: (id) => read(() => direct.backups.get(id)),
      list: (options) => read(() => direct.backups.list(options)),
      newestGood: () => read(() => direct.backups.newestGood()),
      prune: (before) => read(() => direct.backups.prune(before)),
    },
    events: {
      append: (drafts, at) => run((store) => store.events.append(drafts, at)),
      read: (options) => read(() => direct.events.read(options)),
      bounds: () => read(() => direct.events.bounds()),
      prune: (before) => read(() => direct.events.prune(before)),
    },
    tokens: {
      create: (token, secretHash) => read(() => direct.tokens.create(token, secretHash)),
      list: () => read(() => direct.tokens.list()),
      findByHash: (secretHash) => read(() => direct.tokens.findByHash(secretHash)),
      touch: (id, at) => read(() => direct.tokens.touch(id, at)),
      revoke: (id, at) => read(() => direct.tokens.revoke(id, at)),
    },
    signInLinks: {
      issue: (link) => read(() => direct.signInLinks.issue(link)),
      consume: (tokenHash, at) => run((store) => store.signInLinks.consume(tokenHash, at)),
      restore: (tokenHash) => read(() => direct.signInLinks.restore(tokenHash)),
      withdraw: (at) => read(() => direct.signInLinks.withdraw(at)),
    },
    transaction: run,
  };
}
