import { Fault } from '../../core/kernel/index.ts';
import {
  type CronFact,
  choosePack,
  type FactQuery,
  type IndicatorQuery,
  type LockPicture,
  type Sample,
  type UnreadIndicator,
  unreadWords,
  versionSql,
} from '../../core/observe/index.ts';
import type { Row } from '../../ports/odoo-database.ts';
import type { DatabaseLook } from './collect-database.ts';
import type { Sight } from './isolate.ts';
import { type DatabaseIdentity, isDue } from './memory.ts';
import { numberIn, samplesFromRows, textIn } from './rows.ts';

const identityHoldsSeconds = 300;

export interface IndicatorSight {
  readonly samples: readonly Sample[];
  readonly crons: readonly CronFact[];
  readonly unreadTables: readonly string[];
  readonly unreadIndicators: readonly UnreadIndicator[];
  readonly identity: DatabaseIdentity;
}

/** Odoo stores times in UTC without a zone: the instant is given in just that form. */
function odooTime(at: Temporal.Instant): string {
  return at.toZonedDateTimeISO('UTC').toPlainDateTime().toString({ fractionalSecondDigits: 6 });
}

function ask(look: DatabaseLook, sql: string): Promise<readonly Row[]> {
  return look.database.query(sql, sql.includes('$1') ? [odooTime(look.at)] : [], {
    timeoutSeconds: look.statementTimeoutSeconds,
    signal: look.signal,
  });
}

async function identify(look: DatabaseLook): Promise<DatabaseIdentity> {
  const known = look.memory.identity;
  if (known !== undefined && look.at.since(known.checkedAt).total('seconds') < identityHoldsSeconds) return known;
  const rows = await ask(look, versionSql.sql);
  const version = rows.map((row) => textIn(row, 'version')).find((text) => text !== '') ?? 'unknown';
  const identity = {
    pack: choosePack(version),
    odooVersion: version,
    modules: new Set(rows.map((row) => textIn(row, 'name'))),
    checkedAt: look.at,
  };
  look.memory.identity = identity;
  return identity;
}

/** Tables that nobody can read now: asking for them would only join the queue. */
function heldTables(locks: LockPicture | undefined): ReadonlySet<string> {
  const held = locks?.holders.filter((holder) => holder.mode === 'AccessExclusiveLock') ?? [];
  return new Set(held.map((holder) => holder.table));
}

const cronFrom = (row: Row): CronFact => ({
  name: textIn(row, 'name'),
  overdueSeconds: numberIn(row, 'overdue') ?? 0,
  failureCount: numberIn(row, 'failures') ?? 0,
});

interface Progress {
  readonly samples: Sample[];
  readonly crons: CronFact[];
  readonly unread: UnreadIndicator[];
}

async function answer(look: DatabaseLook, query: IndicatorQuery | FactQuery, progress: Progress): Promise<void> {
  const rows = await ask(look, query.sql);
  if ('facts' in query) {
    progress.crons.push(...rows.map(cronFrom));
    return;
  }
  const name = `indicator ${query.name}`;
  const samples = samplesFromRows(query, rows, look, look.memory.answers.get(name)?.samples ?? []);
  look.memory.answers.set(name, { at: look.at, everySeconds: query.everySeconds, samples });
  progress.samples.push(...samples);
}

function note(
  progress: Progress,
  query: IndicatorQuery | FactQuery,
  miss: Pick<UnreadIndicator, 'tables' | 'cause' | 'detail'>,
): void {
  progress.unread.push({ name: query.name, isJudged: query.isInformative !== true, ...miss });
}

async function askOne(
  look: DatabaseLook,
  query: IndicatorQuery | FactQuery,
  held: ReadonlySet<string>,
  progress: Progress,
): Promise<void> {
  const tables = Object.keys(query.reads);
  const locked = tables.filter((table) => held.has(table));
  if (locked.length > 0) {
    note(progress, query, { tables: locked, cause: 'locked', detail: `${locked.join(', ')} is locked` });
    return;
  }
  try {
    await answer(look, query, progress);
  } catch (error) {
    // No server, no further questions; anything else is about this one.
    if (error instanceof Fault && error.code === 'ODOO_DATABASE_UNREACHABLE') throw error;
    look.signal.throwIfAborted();
    note(progress, query, { tables, cause: 'failed', detail: error instanceof Error ? error.message : String(error) });
  }
}

/** Asks the SQL pack of the database's version what is due, one question at a time. */
export async function collectIndicators(
  look: DatabaseLook,
  locks: LockPicture | undefined,
): Promise<Sight<IndicatorSight>> {
  const identity = await identify(look);
  const { pack, modules } = identity;
  const held = heldTables(locks);
  const progress: Progress = { samples: [], crons: [], unread: [] };
  const due = [...pack.facts, ...pack.indicators].filter(
    (query) => modules.has(query.module) && isDue(look.memory, `indicator ${query.name}`, query.everySeconds, look.at),
  );
  for (const query of due) {
    look.signal.throwIfAborted();
    await askOne(look, query, held, progress);
  }
  const { samples, crons, unread } = progress;
  const unreadTables = [...new Set(unread.flatMap(({ tables }) => tables))].sort();
  return {
    result: { samples, crons, unreadTables, unreadIndicators: unread, identity },
    missing: unread.length === 0 ? undefined : unreadWords(unread),
  };
}
