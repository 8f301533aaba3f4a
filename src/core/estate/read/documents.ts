import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';
import type { Diagnostic } from '../../kernel/index.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import type { Place } from '../model.ts';

/** A file of an estate: its path inside the estate directory, and its text. */
export interface EstateFile {
  readonly path: string;
  readonly text: string;
}

export type Path = readonly (string | number)[];

/** One YAML document with the places of its values. */
export interface RawDocument {
  readonly value: unknown;
  /** Where the value at a path stands; the nearest ancestor's place where there is none. */
  placeOf(path: Path): Place;
  /** Where the key of a path stands. */
  keyPlaceOf(path: Path): Place;
}

/** Reads all documents of a file. A file that is not YAML is one diagnostic and no documents. */
export function readDocuments(file: EstateFile): {
  readonly documents: readonly RawDocument[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const counter = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { file: file.path, line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    // An empty file parses to an empty list; nothing else has no length here.
    const parsed = parseAllDocuments(file.text, { lineCounter: counter, prettyErrors: false, merge: true });
    const documents = Array.isArray(parsed) ? [...parsed] : [];
    const errors = documents.flatMap((document) => document.errors);
    const fatal = errors.find((error) => error.code !== 'DUPLICATE_KEY');
    if (fatal !== undefined) return { documents: [], diagnostics: [notYaml(placeAt(fatal.pos[0]), fatal.message)] };
    return {
      documents: documents.map((document) => rawDocument(document, placeAt)).filter((raw) => raw.value !== null),
      diagnostics: errors.map((error) => duplicateKey(file, error.pos[0], placeAt)),
    };
  } catch (error) {
    // Alias bombs (ReferenceError) and documents nested too deep for the parser (RangeError) end here.
    const reason = error instanceof RangeError ? 'it is nested too deeply' : String((error as Error).message);
    return { documents: [], diagnostics: [notYaml({ file: file.path, line: 1, column: 1 }, reason)] };
  }
}

function notYaml(place: Place, reason: string): Diagnostic {
  return diagnose('YAML_INVALID', place, `this is not YAML: ${firstLine(reason)}`);
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').slice(0, 200);
}

function duplicateKey(file: EstateFile, offset: number, placeAt: (offset: number) => Place): Diagnostic {
  const key = /^[\w.-]+/.exec(file.text.slice(offset, offset + 80))?.[0] ?? 'this key';
  return diagnose('YAML_DUPLICATE_KEY', placeAt(offset), `\`${key}\` stands twice in one mapping`);
}

function rawDocument(document: Document.Parsed, placeAt: (offset: number) => Place): RawDocument {
  const start = document.contents?.range?.[0] ?? document.range[0];
  const find = (path: Path, wantsKey: boolean): Place => placeAt(offsetOf(document, path, wantsKey) ?? start);
  return {
    value: document.toJS({ maxAliasCount: 100 }),
    placeOf: (path) => find(path, false),
    keyPlaceOf: (path) => find(path, true),
  };
}

function offsetOf(document: Document.Parsed, path: Path, wantsKey: boolean): number | undefined {
  let node: Node | null | undefined = document.contents;
  let offset = node?.range?.[0];
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const next = descend(node, step);
    if (next === undefined) break;
    offset = (wantsKey && depth === path.length - 1 ? next.key : undefined) ?? next.value?.range?.[0] ?? next.key;
    node = next.value;
  }
  return offset;
}

/** The key's offset and the value node one step below. An empty value stands where its key stands. */
function descend(
  node: Node | null | undefined,
  step: string | number,
): { readonly key: number | undefined; readonly value: Node | null | undefined } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return isNode(item) ? { key: item.range?.[0], value: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
  if (pair === undefined) return undefined;
  const key = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
  const isEmpty = isScalar(pair.value) && pair.value.source === '';
  return { key, value: isNode(pair.value) && !isEmpty ? pair.value : undefined };
}
