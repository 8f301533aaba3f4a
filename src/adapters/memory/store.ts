import { randomUUID } from 'node:crypto';
import type { LifecycleState } from '../../core/estate/index.ts';
import type { JourneyRun } from '../../core/journey/index.ts';
import { storable } from '../../core/kernel/index.ts';
import type { LedgerEntry } from '../../core/ledger/index.ts';
import type { EnvironmentHealth, Finding, FindingDraft } from '../../core/observe/index.ts';
import type { DrillReport, EnvironmentCopy } from '../../core/recovery/index.ts';
import type { EventStore, FindingStore, JourneyStore, Store, StoredEvent } from '../../ports/store.ts';
import { type AccessRecords, signInLinksOf, tokensOf } from './access.ts';
import { type AlertRecords, alertsOf, copyOfAlerts, incidentsOf, noAlertRecords, outboxOf } from './alerts.ts';
import { type BackupCheckRecords, backupChecksOf, repositorySizesOf } from './backup-checks.ts';
import { type BackupRecords, backupRunsOf } from './backup-runs.ts';
import { copiesOf } from './copies.ts';
import { drillsOf } from './drills.ts';
import { ledgerOf } from './ledger.ts';
import { type ObjectiveRecords, objectivesOf } from './objectives.ts';
import { recoveryTasksOf, type TaskRecords } from './tasks.ts';

/** Everything the memory store holds. Records are replaced, never changed, so a shallow copy is a snapshot. */
interface Records
  extends AccessRecords,
    AlertRecords,
    BackupRecords,
    BackupCheckRecords,
    ObjectiveRecords,
    TaskRecords {
  ledger: LedgerEntry[];
  findings: Map<string, Finding>;
  health: Map<string, EnvironmentHealth>;
  journeys: Map<string, JourneyRun>;
  drills: Map<string, DrillReport>;
  copies: Map<string, EnvironmentCopy>;
  lifecycle: Map<string, LifecycleState>;
  events: StoredEvent[];
  lastEventId: number;
}

const severityOrder = ['critical', 'warning', 'info'];

function findingOrder(a: Finding, b: Finding): number {
  return (
    Number(a.closedAt !== null) - Number(b.closedAt !== null) ||
    severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity) ||
    Temporal.Instant.compare(b.openedAt, a.openedAt) ||
    a.id.localeCompare(b.id)
  );
}

function seen(records: Records, source: string, draft: FindingDraft, now: Temporal.Instant) {
  const before = [...records.findings.values()].find(
    (each) =>
      each.closedAt === null &&
      each.source === source &&
      each.environment === draft.environment &&
      each.key === draft.key,
  );
  const finding: Finding = {
    ...draft,
    id: before?.id ?? randomUUID(),
    source,
    openedAt: before?.openedAt ?? now,
    lastSeenAt: now,
    closedAt: null,
  };
  records.findings.set(finding.id, finding);
  return { finding, isNew: before === undefined };
}

function findingsOf(records: Records): FindingStore {
  return {
    async reconcile(scope, drafts, now) {
      const looks = drafts.map((draft) =>
        seen(records, scope.source, { ...storable(draft), environment: scope.environment }, now),
      );
      const keys = new Set(drafts.map((draft) => storable(draft.key)));
      const closed = [...records.findings.values()]
        .filter((each) => each.closedAt === null && each.source === scope.source)
        .filter((each) => each.environment === scope.environment && !keys.has(each.key))
        .map((each) => ({ ...each, closedAt: now }));
      for (const each of closed) records.findings.set(each.id, each);
      return { opened: looks.filter((look) => look.isNew).map((look) => look.finding), closed };
    },
    async list({ environment, includeClosed, limit }) {
      return [...records.findings.values()]
        .filter((each) => environment === undefined || each.environment === environment)
        .filter((each) => includeClosed || each.closedAt === null)
        .sort(findingOrder)
        .slice(0, limit);
    },
    async get(id) {
      return records.findings.get(id);
    },
    async openCounts() {
      const counts = new Map<string, number>();
      for (const { environment, closedAt } of records.findings.values()) {
        if (environment !== null && closedAt === null) counts.set(environment, (counts.get(environment) ?? 0) + 1);
      }
      return counts;
    },
  };
}

function journeysOf(records: Records): JourneyStore {
  return {
    async record(run) {
      if (!records.journeys.has(run.id)) records.journeys.set(run.id, run);
    },
    async list({ environment, journey, limit }) {
      return [...records.journeys.values()]
        .filter((run) => environment === undefined || run.environment === environment)
        .filter((run) => journey === undefined || run.journey === journey)
        .sort((a, b) => Temporal.Instant.compare(b.startedAt, a.startedAt) || a.id.localeCompare(b.id))
        .slice(0, limit);
    },
    async get(id) {
      return records.journeys.get(id);
    },
    async tally(since) {
      const recent = [...records.journeys.values()].filter(
        (run) => Temporal.Instant.compare(run.startedAt, since) >= 0,
      );
      const groups = Map.groupBy(recent, ({ environment, journey }) => `${environment}\n${journey}`);
      return [...groups]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, runs]) => {
          const [environment = '', journey = ''] = key.split('\n');
          const count = (outcome: string): number => runs.filter((run) => run.outcome === outcome).length;
          return { environment, journey, passedCount: count('passed'), failedCount: count('failed') };
        });
    },
    async prune(before) {
      const old = [...records.journeys.values()].filter((run) => Temporal.Instant.compare(run.startedAt, before) < 0);
      for (const run of old) records.journeys.delete(run.id);
      return old.length;
    },
  };
}

function eventsOf(records: Records, onAppend: () => void): EventStore {
  return {
    async append(drafts, at) {
      for (const draft of drafts) {
        records.lastEventId += 1;
        records.events.push({ ...draft, id: records.lastEventId, at });
      }
      if (drafts.length > 0) onAppend();
    },
    async read({ afterId, limit }) {
      return records.events.filter((event) => event.id > afterId).slice(0, limit);
    },
    async bounds() {
      return { oldestId: records.events[0]?.id ?? 0, newestId: records.events.at(-1)?.id ?? 0 };
    },
    async prune(before) {
      const kept = records.events.filter((event) => Temporal.Instant.compare(event.at, before) >= 0);
      const gone = records.events.length - kept.length;
      records.events = kept;
      return gone;
    },
  };
}

function copyOf(records: Records): Records {
  return {
    ledger: [...records.ledger],
    findings: new Map(records.findings),
    health: new Map(records.health),
    journeys: new Map(records.journeys),
    drills: new Map(records.drills),
    objectives: new Map(records.objectives),
    objectivesJudged: new Map(records.objectivesJudged),
    objectivePoints: new Map(records.objectivePoints),
    objectiveCounters: new Map(records.objectiveCounters),
    copies: new Map(records.copies),
    lifecycle: new Map(records.lifecycle),
    events: [...records.events],
    lastEventId: records.lastEventId,
    backups: new Map(records.backups),
    backupChecks: new Map(records.backupChecks),
    repositorySizes: new Map(records.repositorySizes),
    recoveryTasks: new Map(records.recoveryTasks),
    tokens: new Map(records.tokens),
    links: new Map(records.links),
    ...copyOfAlerts(records),
  };
}

function healthOf(records: Records): Store['health'] {
  return {
    async put(health: EnvironmentHealth) {
      const before = records.health.get(health.environment);
      if (before !== undefined && Temporal.Instant.compare(before.judgedAt, health.judgedAt) > 0) return;
      records.health.set(health.environment, health);
    },
    async get(environment: string) {
      return records.health.get(environment);
    },
    async list(environments) {
      const wanted = [...records.health.values()].filter(
        ({ environment }) => environments?.includes(environment) !== false,
      );
      return wanted.sort((a, b) => a.environment.localeCompare(b.environment));
    },
  };
}

/** A store in memory: for `--fake` and for tests. Transactions run one after the other and are undone when they throw. */
export function createMemoryStore(options: { readonly onEvents?: () => void } = {}): Store {
  const records: Records = {
    ledger: [],
    findings: new Map(),
    health: new Map(),
    journeys: new Map(),
    drills: new Map(),
    objectives: new Map(),
    objectivesJudged: new Map(),
    objectivePoints: new Map(),
    objectiveCounters: new Map(),
    copies: new Map(),
    lifecycle: new Map(),
    events: [],
    lastEventId: 0,
    backups: new Map(),
    backupChecks: new Map(),
    repositorySizes: new Map(),
    recoveryTasks: new Map(),
    tokens: new Map(),
    links: new Map(),
    ...noAlertRecords(),
  };
  const parts = {
    ledger: ledgerOf(records),
    findings: findingsOf(records),
    health: healthOf(records),
    journeys: journeysOf(records),
    drills: drillsOf(records),
    objectives: objectivesOf(records),
    copies: copiesOf(records),
    lifecycle: {
      async get(environment: string) {
        return records.lifecycle.get(environment);
      },
      async set(environment: string, state: LifecycleState) {
        records.lifecycle.set(environment, state);
      },
      async list() {
        return new Map(records.lifecycle);
      },
    },
    backups: backupRunsOf(records),
    backupChecks: backupChecksOf(records),
    repositorySizes: repositorySizesOf(records),
    recoveryTasks: recoveryTasksOf(records),
    alerts: alertsOf(records),
    outbox: outboxOf(records),
    incidents: incidentsOf(records),
    events: eventsOf(records, options.onEvents ?? (() => {})),
    tokens: tokensOf(records),
    signInLinks: signInLinksOf(records),
  };
  const inside: Store = { ...parts, transaction: (work) => work(inside) };
  let queue: Promise<unknown> = Promise.resolve();
  return {
    ...parts,
    transaction: (work) => {
      const result = queue.then(async () => {
        const before = copyOf(records);
        try {
          return await work(inside);
        } catch (error) {
          Object.assign(records, before);
          throw error;
        }
      });
      queue = result.catch(() => {});
      return result;
    },
  };
}
