import { buildGraph, type DependencyGraph, type Environment, type Estate } from '../estate/index.ts';
import { withoutStop } from '../kernel/index.ts';
import { causeRank } from '../observe/index.ts';
import type { AlertDraft, AlertPart } from './alert.ts';
import { mayComeFrom } from './common-cause.ts';
import { responseTo } from './responders.ts';
import { type AlertSignal, alertClasses, type Exposure, secondsLeft } from './signal.ts';
import { followsFromOutage, operationTheme } from './sources.ts';
import { type AlertUrgency, urgencyOf, weigh, worstClass } from './weigh.ts';
import { impactOnCutOff } from './words.ts';

/** Everything that alerts are made from. */
export interface Picture {
  readonly estate: Estate;
  readonly signals: readonly AlertSignal[];
  readonly exposures: readonly Exposure[];
  readonly now: Temporal.Instant;
}

/** So many signals of one alert are kept one by one. */
const mostParts = 20;
/** An outage puts at risk what leaves within this; a cut-off in three days is not yet endangered. */
const exposedWithinSeconds = 24 * 3_600;

/** Causes before what they lead to, worst class first: the first is what the alert is called by. */
function byCause(a: AlertSignal, b: AlertSignal): number {
  return (
    alertClasses.indexOf(a.class) - alertClasses.indexOf(b.class) ||
    causeRank(a.code) - causeRank(b.code) ||
    Temporal.Instant.compare(a.startedAt, b.startedAt) ||
    a.key.localeCompare(b.key)
  );
}

const partOf = ({ key, source, code, subject, class: own, summary, startedAt, evidence }: AlertSignal): AlertPart => ({
  ...{ key, source, code, subject, class: own, summary, startedAt, evidence },
});

const urgencies: readonly AlertUrgency[] = ['page', 'ticket', 'note'];

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

/** Of deadlines the next one. */
function nearest<Item extends { readonly deadline: { readonly at: Temporal.Instant } }>(
  items: readonly Item[],
): Item | undefined {
  return items.toSorted((a, b) => Temporal.Instant.compare(a.deadline.at, b.deadline.at))[0];
}

/** What waits for a cut-off and depends on what is broken: the work of the environment's sites where its business suffers. */
function exposed(signals: readonly AlertSignal[], { exposures, now }: Picture): readonly Exposure[] {
  const lead = signals[0];
  // One failed call of a partner puts no lorry at risk; a partner that answers nobody does.
  const suffers = signals.some(
    (signal) => signal.class !== 'degraded' || (signal.services.length > 0 && signal.theme === operationTheme),
  );
  if (lead?.environment === null || !suffers) return [];
  return exposures.filter(
    ({ environment, deadline }) =>
      environment === lead?.environment && secondsLeft(deadline, now) <= exposedWithinSeconds,
  );
}

/** A summary as the beginning of a sentence, which says where it is. */
function inOwnWords({ summary, environment }: AlertSignal): string {
  const said = withoutStop(summary);
  return environment === null || said.includes(environment) ? said : `${environment}: ${said}`;
}

function describeImpact(
  signals: readonly AlertSignal[],
  atRisk: readonly Exposure[],
  services: readonly string[],
  now: Temporal.Instant,
): string {
  const worst = worstClass(signals.map((signal) => signal.class));
  const forecasts = signals.flatMap(({ deadline, itemsAtRisk }) =>
    deadline === null ? [] : [{ deadline, items: itemsAtRisk }],
  );
  const sentences =
    forecasts.length > 0
      ? forecasts.map(({ deadline, items }) => impactOnCutOff(deadline, items, { class: 'at-risk', services }, now))
      : atRisk
          .filter(({ items }) => items !== 0)
          .map(({ deadline, items }) => impactOnCutOff(deadline, items, { class: worst, services: [] }, now));
  if (sentences.length > 0) return sentences.join('; ');
  const [lead] = signals;
  const nobody = 'no work that waits for a cut-off is known to suffer';
  // What a finding is about does not work badly by that: a backup, a repository. Its own words say what is wrong.
  if (lead?.source === 'finding' && services.length === 0) return `${inOwnWords(lead)}; ${nobody}`;
  const where = lead?.environment === null ? '' : ` in ${lead?.environment}`;
  const what = services.length > 0 ? services.join(', ') : (lead?.subject ?? '');
  return `${what} ${worst === 'interrupted' ? 'is interrupted' : 'is degraded'}${where}; ${nobody}`;
}

function draftOf(
  unordered: readonly AlertSignal[],
  picture: Picture,
  environment: Environment | undefined,
  graph: DependencyGraph,
): AlertDraft | undefined {
  const { estate, now } = picture;
  const signals = unordered.toSorted(byCause);
  const lead = signals[0];
  if (lead === undefined) return undefined;
  const services = [...new Set(signals.flatMap((signal) => signal.services))].toSorted();
  const atRisk = lead.source === 'forecast' ? [] : exposed(signals, picture);
  const ownDeadline = nearest(signals.flatMap(({ deadline }) => (deadline === null ? [] : [{ deadline }])));
  const deadline = ownDeadline?.deadline ?? nearest(atRisk.filter(({ items }) => items !== 0))?.deadline ?? null;
  const itemsAtRisk = sum([...signals.map((signal) => signal.itemsAtRisk), ...atRisk.map(({ items }) => items)]);
  const taken = {
    class: worstClass(signals.map((signal) => signal.class)),
    ...{ services, deadline, itemsAtRisk },
    growthPerHour: sum(signals.map((signal) => signal.growthPerHour)),
  };
  const weight = weigh(taken, estate, now);
  const { owner, runbook, steps } = responseTo(estate, environment, { ...lead, services });
  const asked = signals.map((signal) => urgencyOf(signal, estate, environment));
  return {
    key: `${lead.environment ?? ''}/${lead.theme}`,
    ...{
      environment: lead.environment,
      theme: lead.theme,
      code: lead.code,
      subject: lead.subject,
      summary: lead.summary,
    },
    ...taken,
    urgency: urgencies.find((urgency) => asked.includes(urgency)) ?? 'note',
    impact: describeImpact(signals, atRisk, services, now),
    sites: [
      ...new Set([...signals.map((each) => each.deadline?.site), ...atRisk.map((each) => each.deadline.site)]),
    ].flatMap((site) => site ?? []),
    ...{ weight: weight.total, because: weight.because, owner, runbook, response: steps },
    parts: signals.slice(0, mostParts).map(partOf),
    startedAt: signals.reduce(
      (first, { startedAt }) => (Temporal.Instant.compare(startedAt, first) < 0 ? startedAt : first),
      lead.startedAt,
    ),
    mayComeFrom: mayComeFrom(graph, signals),
    partOf: null,
  };
}

/** What follows from a system that stands still calls nobody by itself. */
function settle(draft: AlertDraft, drafts: readonly AlertDraft[]): AlertDraft {
  if (draft.environment === null || !followsFromOutage(draft.theme)) return draft;
  const cause = drafts.find(
    ({ environment, theme, class: own }) =>
      theme === operationTheme && own === 'interrupted' && environment === draft.environment,
  );
  return cause === undefined ? draft : { ...draft, partOf: cause.key };
}

/** Alerts from signals, grouped, explained, and the most important first (RULE-09). */
export function draftAlerts(picture: Picture): readonly AlertDraft[] {
  if (picture.signals.length === 0) return [];
  const graph = buildGraph(picture.estate);
  const environments = new Map(picture.estate.environments.map((each) => [each.name, each]));
  const groups = Map.groupBy(picture.signals, ({ environment, theme }) => `${environment ?? ''}/${theme}`);
  const drafts = [...groups.values()].flatMap(
    (signals) => draftOf(signals, picture, environments.get(signals[0]?.environment ?? ''), graph) ?? [],
  );
  return drafts.map((draft) => settle(draft, drafts)).toSorted(byWeight);
}

/** The heaviest first; the same answer for the same alerts, in whatever order they come. */
export function byWeight(a: Pick<AlertDraft, 'weight' | 'key'>, b: Pick<AlertDraft, 'weight' | 'key'>): number {
  return b.weight - a.weight || a.key.localeCompare(b.key);
}
