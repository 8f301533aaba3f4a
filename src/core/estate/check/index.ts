// What only shows when documents are seen together: references, names, circles, contradictions, calendars.
import type { Diagnostic } from '../../kernel/index.ts';
import type { TypedDocument } from '../read/typed.ts';
import { checkBacklogs } from './backlogs.ts';
import { checkCalendars } from './calendars.ts';
import { checkContradictions } from './contradictions.ts';
import { checkCycles } from './cycles.ts';
import { checkDurations } from './durations.ts';
import { checkExceptions } from './exceptions.ts';
import { checkJourneys } from './journeys.ts';
import { checkNames } from './names.ts';
import { checkPeaks } from './peaks.ts';
import { checkReferences } from './references.ts';
import { checkRepositories } from './repositories.ts';
import { checkResponding } from './responding.ts';

/** Checks typed documents against each other. Works on what was written, so that a broken document is checked too. */
export function checkDocuments(
  documents: readonly TypedDocument[],
  context: {
    readonly unread: readonly string[];
    readonly firstFile: string;
    readonly journeys: readonly string[] | undefined;
    readonly today: Temporal.PlainDate | undefined;
  },
): readonly Diagnostic[] {
  return [
    ...checkNames(documents, context.firstFile),
    ...checkReferences(documents, context.unread),
    ...checkJourneys(documents, context.journeys),
    ...checkBacklogs(documents),
    ...checkExceptions(documents, context.today),
    ...checkCycles(documents),
    ...checkContradictions(documents),
    ...documents.flatMap(checkDurations),
    ...checkCalendars(documents),
    ...checkPeaks(documents),
    ...checkRepositories(documents),
    ...checkResponding(documents),
  ];
}
