import type { LedgerDraft } from '../core/ledger/index.ts';
import { askedTask, type RecoveryTask } from '../core/recovery/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventDraft, Store } from '../ports/store.ts';

function event(type: string, subject: string, data: EventDraft['data'] = {}): EventDraft {
  return { type: `dev.plimsoll.${type}`, subject, data };
}

type Note = (draft: EventDraft) => void;

/** What only the ledger tells: copies of backups, and the lives of copies of environments, are entries of it. */
function ledgerEvent({ type, subject, data }: LedgerDraft): EventDraft | undefined {
  const told = (name: string): string => String(data[name] ?? '');
  if (type === 'backup.copied') return event(type, subject, { backup: told('backup'), repository: told('to') });
  if (type === 'backup.copy-failed') return event(type, subject, { repository: told('to'), reason: told('reason') });
  if (type !== 'environment.transitioned' || data['copy'] === undefined) return undefined;
  return event('clone.changed', subject, { clone: told('copy'), state: told('to') });
}

function notingLedger(store: Store, note: Note): Store['ledger'] {
  return {
    ...store.ledger,
    append: async (draft, at) => {
      const entry = await store.ledger.append(draft, at);
      note(event('ledger.appended', draft.subject, { sequence: entry.sequence, type: entry.type }));
      const told = ledgerEvent(draft);
      if (told !== undefined) note(told);
      return entry;
    },
  };
}

function notingFindings(store: Store, note: Note): Store['findings'] {
  return {
    ...store.findings,
    reconcile: async (scope, drafts, now) => {
      const changes = await store.findings.reconcile(scope, drafts, now);
      for (const kind of ['opened', 'closed'] as const) {
        for (const { id, code, severity, environment } of changes[kind]) {
          note(event(`finding.${kind}`, `finding/${id}`, { code, severity, environment }));
        }
      }
      return changes;
    },
  };
}

function notingBackups(store: Store, note: Note): Store['backups'] {
  return {
    ...store.backups,
    begin: async (run) => {
      await store.backups.begin(run);
      note(event('backup.started', `environment/${run.environment}`, { backup: run.id, repository: run.repository }));
    },
    progress: async (id, progress, at) => {
      await store.backups.progress(id, progress, at);
      const environment = (await store.backups.get(id))?.environment;
      const { phase, doneBytes, totalBytes } = progress;
      note(event('backup.progressed', `environment/${environment}`, { backup: id, phase, doneBytes, totalBytes }));
    },
    end: async (ending) => {
      const hasEnded = await store.backups.end(ending);
      if (!hasEnded) return false;
      const environment = (await store.backups.get(ending.id))?.environment;
      const { id, state, reason } = ending;
      note(event(`backup.${state}`, `environment/${environment}`, { backup: id, reason }));
      return true;
    },
  };
}

/** Work that changes, and how far it is; a bare sign of life is told to nobody. */
function notingTasks(store: Store, note: Note): Store['recoveryTasks'] {
  const tasks = store.recoveryTasks;
  const changed = ({ id, kind, environment, state, cancelAskedBy }: RecoveryTask): void => {
    const facts = { task: id, kind, state, isCancelAsked: cancelAskedBy !== null };
    note(event('recovery-task.changed', `environment/${environment}`, facts));
  };
  const told = (task: RecoveryTask | undefined): RecoveryTask | undefined => {
    if (task !== undefined) changed(task);
    return task;
  };
  return {
    ...tasks,
    ask: async (request, at) => {
      const isNew = (await tasks.get(request.id)) === undefined;
      await tasks.ask(request, at);
      if (isNew) changed(askedTask(request, at));
    },
    begin: async (id, at) => told(await tasks.begin(id, at)),
    beat: async (id, at, news) => {
      const task = await tasks.beat(id, at, news);
      if (task === undefined || news?.progress === undefined) return task;
      const { kind, step, doneBytes, totalBytes } = task;
      const facts = { task: id, kind, step, doneBytes, totalBytes };
      note(event('recovery-task.progressed', `environment/${task.environment}`, facts));
      return task;
    },
    end: async (id, at, ending) => told(await tasks.end(id, at, ending)),
    askToCancel: async (id, by, at) => {
      const answer = await tasks.askToCancel(id, by, at);
      if (answer?.kind === 'asked') changed(answer.task);
      return answer;
    },
    settleLost: async (now) => {
      const lost = await tasks.settleLost(now);
      for (const task of lost) changed(task);
      return lost;
    },
  };
}

/** The store inside a transaction, noting what it changes. */
function noting(store: Store, note: Note): Store {
  const noted: Store = {
    ...store,
    ledger: notingLedger(store, note),
    findings: notingFindings(store, note),
    backups: notingBackups(store, note),
    recoveryTasks: notingTasks(store, note),
    backupChecks: {
      ...store.backupChecks,
      record: async (check) => {
        await store.backupChecks.record(check);
        const { backup, repository, isIntact } = check;
        note(event('backup.checked', `environment/${check.environment}`, { backup, repository, isIntact }));
      },
    },
    health: {
      ...store.health,
      put: async (health) => {
        await store.health.put(health);
        const verdicts = { business: health.business.health, infrastructure: health.infrastructure.health };
        note(event('health.judged', `environment/${health.environment}`, verdicts));
      },
    },
    journeys: {
      ...store.journeys,
      record: async (run) => {
        await store.journeys.record(run);
        const facts = { run: run.id, journey: run.journey, outcome: run.outcome };
        note(event('journey.finished', `environment/${run.environment}`, facts));
      },
    },
    drills: {
      ...store.drills,
      record: async (report) => {
        await store.drills.record(report);
        const facts = { drill: report.id, backup: report.backup, verdict: report.verdict };
        note(event('drill.finished', `environment/${report.environment}`, facts));
      },
    },
    objectives: {
      ...store.objectives,
      put: async (environment, verdicts, at) => {
        await store.objectives.put(environment, verdicts, at);
        note(event('objectives.judged', `environment/${environment}`, { objectives: verdicts.length }));
      },
    },
    alerts: {
      ...store.alerts,
      put: async (alerts) => {
        await store.alerts.put(alerts);
        for (const { id, code, environment, urgency, resolvedAt } of alerts) {
          note(event('alert.changed', `alert/${id}`, { code, environment, urgency, isOver: resolvedAt !== null }));
        }
      },
    },
    incidents: {
      ...store.incidents,
      put: async (incidents) => {
        await store.incidents.put(incidents);
        for (const { id, environment, state, severity } of incidents) {
          note(event('incident.changed', `incident/${id}`, { environment, state, severity }));
        }
      },
    },
    lifecycle: {
      ...store.lifecycle,
      set: async (environment, state, at) => {
        await store.lifecycle.set(environment, state, at);
        note(event('lifecycle.changed', `environment/${environment}`, { state }));
      },
    },
    transaction: (work) => work(noted),
  };
  return noted;
}

/**
 * A store that tells subscribers what it changes, in the same transaction as the change: an event is published exactly
 * when its change is. Events are written last, because writing them makes other writers of events wait.
 */
export function publishEvents(store: Store, clock: Pick<Clock, 'now'>): Store {
  const transaction: Store['transaction'] = (work) =>
    store.transaction(async (inside) => {
      const notes: EventDraft[] = [];
      const result = await work(noting(inside, (draft) => notes.push(draft)));
      await inside.events.append(notes, clock.now());
      return result;
    });
  return {
    ...store,
    ledger: { ...store.ledger, append: (draft, at) => transaction((inside) => inside.ledger.append(draft, at)) },
    findings: {
      ...store.findings,
      reconcile: (scope, drafts, now) => transaction((inside) => inside.findings.reconcile(scope, drafts, now)),
    },
    backups: {
      ...store.backups,
      begin: (run) => transaction((inside) => inside.backups.begin(run)),
      progress: (id, progress, at) => transaction((inside) => inside.backups.progress(id, progress, at)),
      end: (ending) => transaction((inside) => inside.backups.end(ending)),
    },
    backupChecks: {
      ...store.backupChecks,
      record: (check) => transaction((inside) => inside.backupChecks.record(check)),
    },
    recoveryTasks: {
      ...store.recoveryTasks,
      ask: (request, at) => transaction((inside) => inside.recoveryTasks.ask(request, at)),
      begin: (id, at) => transaction((inside) => inside.recoveryTasks.begin(id, at)),
      beat: (id, at, told) => transaction((inside) => inside.recoveryTasks.beat(id, at, told)),
      end: (id, at, ending) => transaction((inside) => inside.recoveryTasks.end(id, at, ending)),
      askToCancel: (id, by, at) => transaction((inside) => inside.recoveryTasks.askToCancel(id, by, at)),
      settleLost: (now) => transaction((inside) => inside.recoveryTasks.settleLost(now)),
    },
    health: { ...store.health, put: (health) => transaction((inside) => inside.health.put(health)) },
    journeys: { ...store.journeys, record: (run) => transaction((inside) => inside.journeys.record(run)) },
    drills: { ...store.drills, record: (report) => transaction((inside) => inside.drills.record(report)) },
    objectives: {
      ...store.objectives,
      put: (environment, verdicts, at) => transaction((inside) => inside.objectives.put(environment, verdicts, at)),
    },
    lifecycle: {
      ...store.lifecycle,
      set: (environment, state, at) => transaction((inside) => inside.lifecycle.set(environment, state, at)),
    },
    incidents: { ...store.incidents, put: (incidents) => transaction((inside) => inside.incidents.put(incidents)) },
    alerts: { ...store.alerts, put: (alerts) => transaction((inside) => inside.alerts.put(alerts)) },
    transaction,
  };
}
