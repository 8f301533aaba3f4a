import { compareDiagnostics, type Diagnostic } from '../kernel/index.ts';
import { checkDocuments } from './check/index.ts';
import { checkSecrets } from './check/secrets.ts';
import type { Estate } from './model.ts';
import { type EstateFile, readDocuments } from './read/documents.ts';
import { typeDocument } from './read/typed.ts';
import { resolveEstate } from './resolve/estate.ts';

/** What parsing answers. There is an estate exactly when no diagnostic is an error. */
export interface ParsedEstate {
  readonly estate: Estate | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ParseOptions {
  /** Diagnostics about files that could not be read at all. */
  readonly earlier?: readonly Diagnostic[];
  /** The journeys there are; without them, names of journeys are not checked. */
  readonly journeys?: readonly string[];
  /** The day it is, in UTC; without it, nothing is checked for having expired. */
  readonly today?: Temporal.PlainDate;
}

/**
 * Reads a declared estate. Everything that is wrong is found in one run: a fault in one document does not hide those of
 * others, nor other faults of its own.
 */
export function parseEstate(
  files: readonly EstateFile[],
  { earlier = [], journeys, today }: ParseOptions = {},
): ParsedEstate {
  const diagnostics: Diagnostic[] = [...earlier];
  const unread = earlier.map((diagnostic) => diagnostic.file);
  const raw = files.flatMap((file) => {
    const read = readDocuments(file);
    diagnostics.push(...read.diagnostics);
    if (read.diagnostics.some(({ code }) => code === 'YAML_INVALID')) unread.push(file.path);
    return read.documents;
  });
  // Secrets are looked for in every document, also in those whose kind is not known.
  diagnostics.push(...raw.flatMap(checkSecrets));
  const documents = raw.flatMap((document) => {
    const typed = typeDocument(document);
    diagnostics.push(...typed.diagnostics);
    return typed.document ?? [];
  });
  diagnostics.push(
    ...checkDocuments(documents, { unread, journeys, today, firstFile: files[0]?.path ?? 'estate.yaml' }),
  );
  const sorted = withoutRepeats(diagnostics.toSorted(compareDiagnostics));
  const isSound = sorted.every((diagnostic) => diagnostic.severity !== 'error');
  return { estate: isSound ? resolveEstate(documents) : undefined, diagnostics: sorted };
}

/** A secret in plain is found by its schema and by the search for secrets; one report is enough. */
function withoutRepeats(sorted: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return sorted.filter(({ code, file, line, column, message }) => {
    const key = JSON.stringify([code, file, line, column, code === 'SECRET_IN_PLAIN' ? '' : message]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
