import type { Diagnostic } from '../../kernel/index.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import type { TypedDocument } from '../read/typed.ts';
import type { Declared } from '../schema/index.ts';

/** Exceptions whose last day, the date they name, has passed. */
export function checkExceptions(
  documents: readonly TypedDocument[],
  today: Temporal.PlainDate | undefined,
): readonly Diagnostic[] {
  if (today === undefined) return [];
  return documents.flatMap((document) => {
    if (document.kind !== 'Exception' || document.declared === undefined) return [];
    const { name, policy, expires } = document.declared as Declared<'Exception'>;
    if (Temporal.PlainDate.compare(expires, today) >= 0) return [];
    const message = `the exception \`${name}\` from ${policy} expired on ${expires}`;
    return [diagnose('EXCEPTION_EXPIRED', document.placeOf(['expires']), message)];
  });
}
