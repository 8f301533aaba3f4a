import type { Store } from '../../ports/store.ts';
import { createSignInLinks, createTokens } from './access.ts';
import { createAlerts } from './alerts.ts';
import { createBackupChecks, createRepositorySizes } from './backup-checks.ts';
import { createBackupRuns } from './backup-runs.ts';
import { inTransaction, type Sql, translateStoreError } from './connect.ts';
import { createCopies } from './copies.ts';
import { createDrills } from './drills.ts';
import { createEvents } from './events.ts';
import { createFindings } from './findings.ts';
import { createIncidents } from './incidents.ts';
import { createLedger } from './ledger.ts';
import { createObjectives } from './objectives.ts';
import { createOutbox } from './outbox.ts';
import { createHealth, createJourneys, createLifecycle } from './records.ts';
import { createRecoveryTasks } from './tasks.ts';

/** The store inside one transaction; a transaction inside it is the same one. */
function storeOn(sql: Sql): Store {
  const store: Store = {
    ledger: createLedger(sql),
    findings: createFindings(sql),
    health: createHealth(sql),
    journeys: createJourneys(sql),
    drills: createDrills(sql),
    copies: createCopies(sql),
    objectives: createObjectives(sql),
    lifecycle: createLifecycle(sql, true),
    backups: createBackupRuns(sql),
    backupChecks: createBackupChecks(sql),
    repositorySizes: createRepositorySizes(sql),
    recoveryTasks: createRecoveryTasks(sql),
    alerts: createAlerts(sql),
    outbox: createOutbox(sql),
    incidents: createIncidents(sql),
    events: createEvents(sql),
    tokens: createTokens(sql),
    signInLinks: createSignInLinks(sql),
    transaction: (work) => work(store),
  };
  return store;
}

type Parts = Omit<Store, 'transaction'>;
type Method = (...values: never[]) => Promise<unknown>;

/** Every method of a part by `call`, or where it writes several rows that must be true together, by `together`. */
function partOf<Name extends keyof Parts>(
  part: Parts[Name],
  by: { readonly call: (method: Method) => Method; readonly together: (method: string) => Method },
  several: readonly (keyof Parts[Name] & string)[] = [],
): Parts[Name] {
  const isOfSeveral: ReadonlySet<string> = new Set(several);
  const wrapped = Object.keys(part).map((name) => [
    name,
    isOfSeveral.has(name) ? by.together(name) : by.call(Reflect.get(part, name) as Method),
  ]);
  return Object.fromEntries(wrapped) as Parts[Name];
}

/** Plimsoll's records in PostgreSQL, on a schema that `migrate` brought up to date. Every fault is STORE_UNREACHABLE or a defect. */
export function createPostgresStore(pool: Sql): Store {
  const run = <Result>(work: (store: Store) => Promise<Result>): Promise<Result> =>
    inTransaction(pool, (sql) => work(storeOn(sql)));
  const call = (method: Method): Method => {
    return async (...values) => {
      try {
        return await method(...values);
      } catch (error) {
        throw translateStoreError(error);
      }
    };
  };
  const direct = { ...storeOn(pool), lifecycle: createLifecycle(pool, false) };
  const part = <Name extends keyof Parts>(name: Name, ...several: (keyof Parts[Name] & string)[]): Parts[Name] => {
    const together = (method: string): Method => {
      return (...values) => run((store) => (Reflect.get(store[name], method) as Method)(...values));
    };
    return partOf(direct[name], { call, together }, several);
  };
  return {
    ledger: part('ledger', 'append'),
    findings: part('findings', 'reconcile'),
    health: part('health'),
    journeys: part('journeys'),
    drills: part('drills'),
    copies: part('copies'),
    objectives: part('objectives', 'put'),
    lifecycle: part('lifecycle'),
    backups: part('backups'),
    backupChecks: part('backupChecks'),
    repositorySizes: part('repositorySizes'),
    recoveryTasks: part('recoveryTasks', 'begin', 'beat', 'end', 'askToCancel', 'settleLost'),
    alerts: part('alerts', 'lock', 'put', 'takeExternal', 'putForecasts'),
    outbox: part('outbox', 'write'),
    incidents: part('incidents', 'put'),
    events: part('events', 'append'),
    tokens: part('tokens'),
    signInLinks: part('signInLinks', 'consume'),
    transaction: run,
  };
}
