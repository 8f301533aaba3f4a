import type { Diagnostic } from '../../kernel/index.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import { keysAt, type TypedDocument, textAt, textsAt } from '../read/typed.ts';
import { expandPath } from './references.ts';

/** The profiles of peaks in a site's calendar. */
const profilesOf = (site: TypedDocument): readonly string[] =>
  expandPath(site, ['calendar', '*', 'profile']).flatMap((path) => textAt(site, path) ?? []);

/** Thresholds for a peak that is on at other sites than the environment's own: they would never hold. */
export function checkPeaks(documents: readonly TypedDocument[]): readonly Diagnostic[] {
  const sites = documents.filter(({ kind }) => kind === 'Site');
  const homes = new Map<string, readonly string[]>();
  for (const site of sites) {
    for (const profile of profilesOf(site)) homes.set(profile, [...(homes.get(profile) ?? []), site.name ?? '']);
  }
  return documents
    .filter(({ kind }) => kind === 'Environment')
    .flatMap((environment) => {
      const own = textsAt(environment, ['sites']).map(({ text }) => text);
      return keysAt(environment, ['peakThresholds']).flatMap((profile) => {
        const where = homes.get(profile);
        if (where === undefined || where.some((site) => own.includes(site))) return [];
        const message = `the peak \`${profile}\` is at ${where.join(', ')} alone, where ${environment.name} does not work`;
        const hint = `Give one of its own sites (${own.join(', ') || 'none is named'}) a peak of that profile, or add ${where[0]} to \`sites\`.`;
        return [diagnose('PEAK_ELSEWHERE', environment.keyPlaceOf(['peakThresholds', profile]), message, hint)];
      });
    });
}
