import { formatCount } from './figures.ts';
import type { EnvironmentSummary } from './resources.ts';

type SiteBacklog = EnvironmentSummary['siteBacklogs'][number];

/** The backlog of a site against its own cut-off, in one sentence; the reason where it is not counted. */
export function siteBacklogSentence(backlog: SiteBacklog): string {
  const { site, openCount, lateCount, dueBeforeNextCutOffCount, nextCutOff, notCounted } = backlog;
  if (notCounted !== null) return `${site}: not counted. ${notCounted}`;
  const facts: string[] = [];
  if (dueBeforeNextCutOffCount !== null && nextCutOff !== null) {
    facts.push(`${formatCount(dueBeforeNextCutOffCount)} due before ${nextCutOff.name}`);
  }
  if (lateCount !== null) facts.push(`${formatCount(lateCount)} late`);
  if (openCount !== null) facts.push(`${formatCount(openCount)} open`);
  return `${site}: ${facts.length === 0 ? 'not measured at the moment' : facts.join(', ')}.`;
}

/** A sentence for each site of an environment with several; one site has the figures of the environment. */
export function siteBacklogSentences({ siteBacklogs }: Pick<EnvironmentSummary, 'siteBacklogs'>): readonly string[] {
  return siteBacklogs.length < 2 ? [] : siteBacklogs.map(siteBacklogSentence);
}
