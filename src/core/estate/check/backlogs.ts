import type { Diagnostic } from '../../kernel/index.ts';
import { backlogKindOf, backlogProcesses } from '../backlog.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import type { TypedDocument } from '../read/typed.ts';

type Place = ReturnType<TypedDocument['placeOf']>;

function deadlinesOf(document: TypedDocument, service: string): readonly Place[] {
  const { declared } = document;
  if (declared?.kind === 'BusinessService' && declared.name === service) {
    return (declared.objectives ?? []).flatMap(({ backlog }, index) =>
      backlog === undefined ? [] : [document.placeOf(['objectives', index, 'backlog'])],
    );
  }
  if (
    declared?.kind === 'BusinessCommitment' &&
    declared.service === service &&
    declared.promise.before !== undefined
  ) {
    return [document.placeOf(['promise', 'before'])];
  }
  if (declared?.kind !== 'Site') return [];
  return (declared.calendar ?? []).flatMap((event, index) =>
    event.kind === 'cut-off' && event.service === service ? [document.placeOf(['calendar', index, 'service'])] : [],
  );
}

/** Deadlines of services whose waiting work nobody counts: they could be judged by nothing, and would be forecast by nothing. */
export function checkBacklogs(documents: readonly TypedDocument[]): readonly Diagnostic[] {
  return documents.flatMap(({ declared }) => {
    if (declared?.kind !== 'BusinessService' || backlogKindOf(declared) !== undefined) return [];
    const what = declared.process === undefined ? 'what it does' : `the process ${declared.process}`;
    const message = `\`${declared.name}\` has a deadline, but Plimsoll counts no backlog of ${what}`;
    const hint = `These have one: ${backlogProcesses.join(', ')}. Name the \`process\` that this service supports, or take the deadline out.`;
    return documents
      .flatMap((document) => deadlinesOf(document, declared.name))
      .map((place) => diagnose('BACKLOG_NOT_COUNTED', place, message, hint));
  });
}
