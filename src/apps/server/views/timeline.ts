import type { z } from '@hono/zod-openapi';
import type { Environment } from '../../../core/estate/index.ts';
import type { Incident } from '../../../core/incident/index.ts';
import type { JourneyRun } from '../../../core/journey/index.ts';
import { formatDuration } from '../../../core/kernel/index.ts';
import type { LedgerEntry } from '../../../core/ledger/index.ts';
import type { Finding } from '../../../core/observe/index.ts';
import { latencyStepAround } from '../../../workflows/observe/latency-around.ts';
import type { resource } from '../../contract/index.ts';
import type { ServerDeps } from '../deps.ts';
import type { Occurrence } from '../planning.ts';
import { ofSites } from './environments.ts';
import { iso } from './format.ts';

type Entry = z.input<typeof resource.timelineEntry>;

const tones = { info: 'neutral', warning: 'warning', critical: 'bad' } as const;

function ofFinding(finding: Finding): Entry[] {
  const common = {
    kind: finding.source === 'health' ? ('health' as const) : ('finding' as const),
    detail: finding.reason,
    link: `/findings/${finding.id}`,
  };
  const opened: Entry = {
    ...common,
    at: iso(finding.openedAt),
    title: `${finding.code} on ${finding.subject}`,
    tone: tones[finding.severity],
  };
  if (finding.closedAt === null) return [opened];
  const lasted = formatDuration(finding.closedAt.since(finding.openedAt).total({ unit: 'seconds' }));
  const closed: Entry = {
    ...common,
    at: iso(finding.closedAt),
    title: `${finding.code} on ${finding.subject} is over after ${lasted}`,
    tone: 'good',
  };
  return [opened, closed];
}

/** Runs that changed something: the first, and each whose outcome differs from the one before. */
function turningPoints(runs: readonly JourneyRun[]): readonly JourneyRun[] {
  return runs.filter((run, index) => {
    const before = runs.slice(index + 1).find((each) => each.journey === run.journey);
    return before === undefined || before.outcome !== run.outcome;
  });
}

function ofRun(run: JourneyRun): Entry {
  const tone = { passed: 'good', failed: 'bad', unknown: 'warning', refused: 'neutral' } as const;
  return {
    at: iso(run.startedAt),
    kind: 'journey',
    title: `Journey ${run.journey} ${run.outcome}`,
    detail: run.reason,
    tone: tone[run.outcome],
    link: `/journeys/${run.id}`,
  };
}

/** Entries that changed how an environment runs, and so may have changed how fast it is. */
const isChange = ({ type }: LedgerEntry): boolean =>
  ['environment.software-changed', 'component.started', 'environment.transitioned'].includes(type);

const mostIncidents = 100;
/** Older changes are shown without a comparison: each costs two questions to the store. */
const mostCompared = 5;

/** The newest changes, each with what it did to latency. */
async function stepsOf(
  deps: ServerDeps,
  environment: string,
  ledger: readonly LedgerEntry[],
): Promise<ReadonlyMap<number, string>> {
  const changes = ledger.filter(isChange).slice(-mostCompared);
  const steps = await Promise.all(
    changes.map(
      async ({ sequence, at }) => [sequence, await latencyStepAround(deps.samples, environment, at)] as const,
    ),
  );
  return new Map(steps.filter((step): step is readonly [number, string] => step[1] !== null));
}

function kindOf(entry: LedgerEntry): Entry['kind'] {
  if (/^environment\.(software|declaration)-/.test(entry.type) || entry.type === 'component.started') return 'change';
  return entry.type.startsWith('environment.') ? 'lifecycle' : 'other';
}

function ofLedger(entry: LedgerEntry, step: string | undefined): Entry {
  const reason = entry.data['reason'];
  const isRefusal = entry.type.endsWith('refused');
  return {
    at: iso(entry.at),
    kind: kindOf(entry),
    title: `${entry.type.replaceAll('.', ' ').replaceAll('-', ' ')} by ${entry.actor.name}`,
    detail:
      [typeof reason === 'string' ? reason : undefined, step].filter((part) => part !== undefined).join('. ') || null,
    tone: isRefusal || step !== undefined ? 'warning' : 'neutral',
    link: '/ledger',
  };
}

function ofIncident({ id, title, impact, detectedAt, recoveredAt }: Incident): Entry[] {
  const common = { kind: 'incident', detail: impact.sentence, link: `/incidents/${id}` } as const;
  const began: Entry = { ...common, at: iso(detectedAt), title: `Incident: ${title}`, tone: 'bad' };
  if (recoveredAt === null) return [began];
  return [began, { ...common, at: iso(recoveredAt), title: `Incident is over: ${title}`, tone: 'good' }];
}

function ofOccurrence(occurrence: Occurrence): Entry {
  return {
    at: occurrence.at,
    kind: 'calendar',
    title: `${occurrence.name} (${occurrence.kind}) at ${occurrence.site}`,
    detail: null,
    tone: 'neutral',
    link: '/calendar',
  };
}

/** What happened to an environment, newest first. */
export async function timelineOf(deps: ServerDeps, environment: Environment, limit: number): Promise<Entry[]> {
  const now = deps.clock.now();
  const { name } = environment;
  const [findings, runs, ledger, incidents] = await Promise.all([
    deps.store.findings.list({ environment: name, includeClosed: true, limit }),
    deps.store.journeys.list({ environment: name, limit: 1_000 }),
    deps.store.ledger.tail({ subject: `environment/${name}`, limit }),
    deps.store.incidents.list({ environment: name, limit: mostIncidents }),
  ]);
  const steps = await stepsOf(deps, name, ledger);
  const calendar = deps.planning.occurrences(deps.estate().estate, now.subtract({ hours: 24 }), now);
  const entries = [
    ...findings.flatMap(ofFinding),
    ...turningPoints(runs).map(ofRun),
    ...incidents.flatMap(ofIncident),
    ...ledger.map((entry) => ofLedger(entry, steps.get(entry.sequence))),
    ...ofSites(calendar, environment)
      .filter((each) => each.at <= iso(now))
      .map(ofOccurrence),
  ];
  return entries.sort((a, b) => b.at.localeCompare(a.at)).slice(0, limit);
}
