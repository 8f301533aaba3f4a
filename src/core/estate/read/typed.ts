import type { z } from 'zod';
import type { Diagnostic } from '../../kernel/index.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import { type Declared, isKind, type Kind, kinds } from '../schema/index.ts';
import { brief } from '../schema/scalars.ts';
import type { Path, RawDocument } from './documents.ts';
import { explainIssue, valueAt } from './issues.ts';
import { didYouMean } from './words.ts';

/** A document whose kind is known. `declared` is there only when the whole document fits its schema. */
export interface TypedDocument<K extends Kind = Kind> extends RawDocument {
  readonly kind: K;
  /** As written, even where the document has other faults: what refers to it is not dangling. */
  readonly name: string | undefined;
  readonly declared: Declared<K> | undefined;
}

/** Checks one document against the schema of its kind. */
export function typeDocument(raw: RawDocument): {
  readonly document: TypedDocument | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { value } = raw;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = 'this document is not a mapping of keys to values';
    return { document: undefined, diagnostics: [diagnose('DOCUMENT_INVALID', raw.placeOf([]), message)] };
  }
  const kind = valueAt(value, ['kind']);
  if (!isKind(kind)) return { document: undefined, diagnostics: [unknownKind(kind, raw)] };
  const schema: z.ZodType = kinds[kind];
  const parsed = schema.safeParse(value);
  const name = valueAt(value, ['name']);
  const document: TypedDocument = {
    ...raw,
    kind,
    name: typeof name === 'string' ? name : undefined,
    declared: parsed.success ? (parsed.data as Declared<Kind>) : undefined,
  };
  const issues = parsed.error?.issues ?? [];
  return { document, diagnostics: issues.flatMap((issue) => explainIssue(issue, schema, raw)) };
}

function unknownKind(kind: unknown, raw: RawDocument): Diagnostic {
  const known = Object.keys(kinds);
  if (kind === undefined || kind === null) {
    return diagnose('KIND_UNKNOWN', raw.placeOf([]), 'this document has no `kind`', didYouMean('', known, 'Kinds'));
  }
  const written = typeof kind === 'string' ? kind : JSON.stringify(kind);
  const message = `\`${brief(written)}\` is not a kind of document`;
  return diagnose('KIND_UNKNOWN', raw.placeOf(['kind']), message, didYouMean(written, known, 'Kinds'));
}

/** The text at a path, where it is text. */
export function textAt(document: RawDocument, path: Path): string | undefined {
  const value = valueAt(document.value, path);
  return typeof value === 'string' ? value : undefined;
}

/** The keys of the mapping at a path; none where there is no mapping. */
export function keysAt(document: RawDocument, path: Path): readonly string[] {
  const value = valueAt(document.value, path);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** The texts of a list at a path, each with its own path. */
export function textsAt(document: RawDocument, path: Path): readonly { readonly text: string; readonly path: Path }[] {
  const value = valueAt(document.value, path);
  if (!Array.isArray(value)) return [];
  return value.flatMap((text, index) => (typeof text === 'string' ? [{ text, path: [...path, index] }] : []));
}

/** How many items the list at a path has. */
export function lengthAt(document: RawDocument, path: Path): number {
  const value = valueAt(document.value, path);
  return Array.isArray(value) ? value.length : 0;
}
