import type { Alert } from './alert.ts';

/** How much a kind of alert asks for, and whether anybody needed it. */
export interface NoiseOf {
  readonly code: string;
  readonly fired: number;
  /** How many of them called somebody. */
  readonly told: number;
  readonly pages: number;
  /** How often they came back before they were over: each would have been a message without grouping. */
  readonly repeats: number;
  /** Told, and over before anybody took it: candidates for a better threshold. */
  readonly nobodyNeeded: number;
  /** Over within five minutes. */
  readonly brief: number;
}

export interface Noise {
  readonly alerts: number;
  readonly messages: number;
  /** Signals and returns that made no message of their own. */
  readonly spared: number;
  /** Told alerts that ended untaken, of those told and over; `null` where none was. */
  readonly nobodyNeededRatio: number | null;
  readonly byCode: readonly NoiseOf[];
}

const briefSeconds = 300;

function lastedSeconds({ openedAt, resolvedAt }: Alert): number {
  return resolvedAt === null ? Number.POSITIVE_INFINITY : resolvedAt.since(openedAt).total('seconds');
}

const isUnneeded = (alert: Alert): boolean =>
  alert.toldUrgency !== null && alert.resolvedAt !== null && alert.acknowledgedAt === null;

/** What alerts have cost people, noisiest first (SLO-06). */
export function noiseOf(alerts: readonly Alert[]): Noise {
  const groups = Map.groupBy(alerts, ({ code }) => code);
  const byCode = [...groups].map(
    ([code, own]): NoiseOf => ({
      code,
      fired: own.length,
      told: own.filter(({ toldUrgency }) => toldUrgency !== null).length,
      pages: own.filter(({ toldUrgency }) => toldUrgency === 'page').length,
      repeats: own.reduce((sum, { repeats }) => sum + repeats, 0),
      nobodyNeeded: own.filter(isUnneeded).length,
      brief: own.filter((alert) => lastedSeconds(alert) < briefSeconds).length,
    }),
  );
  const told = alerts.filter(({ toldUrgency }) => toldUrgency !== null);
  const over = told.filter(({ resolvedAt }) => resolvedAt !== null);
  return {
    alerts: alerts.length,
    messages: told.reduce((sum, { level }) => sum + 1 + level, 0),
    spared: alerts.reduce(
      (sum, { parts, repeats, toldUrgency }) => sum + repeats + parts.length - (toldUrgency === null ? 0 : 1),
      0,
    ),
    nobodyNeededRatio: over.length === 0 ? null : over.filter(isUnneeded).length / over.length,
    byCode: byCode.toSorted(
      (a, b) => b.nobodyNeeded - a.nobodyNeeded || b.fired - a.fired || a.code.localeCompare(b.code),
    ),
  };
}
