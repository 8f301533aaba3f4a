import type { Diagnostic } from '../../kernel/index.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import { type TypedDocument, textAt } from '../read/typed.ts';
import { didYouMean } from '../read/words.ts';
import { brief } from '../schema/scalars.ts';

/** Services that name a journey which does not exist, and would therefore never be proven. */
export function checkJourneys(
  documents: readonly TypedDocument[],
  journeys: readonly string[] | undefined,
): readonly Diagnostic[] {
  if (journeys === undefined) return [];
  return documents
    .filter((document) => document.kind === 'BusinessService')
    .flatMap((service) => {
      const journey = textAt(service, ['journey']);
      if (journey === undefined || journeys.includes(journey)) return [];
      const message = `there is no journey \`${brief(journey)}\``;
      const hint = didYouMean(journey, journeys, 'Journeys');
      return [diagnose('JOURNEY_UNKNOWN', service.placeOf(['journey']), message, hint)];
    });
}
