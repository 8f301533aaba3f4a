import type { Alert, TimelineEntry } from './resources.ts';

/** Something that happened while a line was drawn: numbered, so that the drawing and the list name the same. */
export interface Happening {
  readonly number: number;
  readonly at: string;
  readonly what: string;
  readonly detail: string | null;
  readonly link: string | null;
}

const shownKinds: readonly TimelineEntry['kind'][] = ['change', 'lifecycle', 'health', 'finding', 'incident'];
const mostShown = 12;

/** What a start of trouble or a change looks like; what is over again explains no step. */
const isTelling = ({ kind, tone }: TimelineEntry): boolean =>
  shownKinds.includes(kind) && (kind === 'change' || kind === 'lifecycle' || tone === 'bad' || tone === 'warning');

/** Changes, troubles, incidents and alerts since an instant, oldest first and numbered; of many the newest (OBS-07). */
export function happeningsSince(
  since: string,
  timeline: readonly TimelineEntry[],
  alerts: readonly Alert[],
): readonly Happening[] {
  const told = timeline.filter(isTelling).map(({ at, title, detail, link }) => ({ at, what: title, detail, link }));
  const called = alerts.map(({ openedAt, impact, code }) => ({
    ...{ at: openedAt, what: `Alert: ${impact}`, detail: code, link: '/alerts' },
  }));
  return [...told, ...called]
    .filter(({ at }) => at >= since)
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .slice(-mostShown)
    .map((each, index) => ({ number: index + 1, ...each }));
}
