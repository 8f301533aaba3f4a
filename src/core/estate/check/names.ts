import type { Diagnostic } from '../../kernel/index.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import { type TypedDocument, textAt } from '../read/typed.ts';
import { expandPath } from './references.ts';

/** Duplicate names per kind, duplicate calendar events per site, and more or less than one Estate. */
export function checkNames(documents: readonly TypedDocument[], firstFile: string): readonly Diagnostic[] {
  return [...checkDocumentNames(documents), ...documents.flatMap(checkListNames), ...checkHead(documents, firstFile)];
}

function checkDocumentNames(documents: readonly TypedDocument[]): readonly Diagnostic[] {
  const first = new Map<string, TypedDocument>();
  return documents.flatMap((document) => {
    if (document.name === undefined || document.kind === 'Estate') return [];
    const key = `${document.kind}/${document.name}`;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, document);
      return [];
    }
    const { file, line } = earlier.placeOf(['name']);
    const message = `a second ${document.kind} is named \`${document.name}\``;
    return [diagnose('NAME_DUPLICATE', document.placeOf(['name']), message, `The first is at ${file}:${line}.`)];
  });
}

const namedLists = ['calendar', 'regions', 'segments'] as const;

function checkListNames(document: TypedDocument): readonly Diagnostic[] {
  return namedLists.flatMap((list) => {
    const seen = new Set<string>();
    return expandPath(document, [list, '*', 'name']).flatMap((path) => {
      const name = textAt(document, path);
      if (name === undefined) return [];
      if (!seen.has(name)) {
        seen.add(name);
        return [];
      }
      const message = `\`${name}\` stands twice under \`${list}\``;
      return [diagnose('NAME_DUPLICATE', document.placeOf(path), message, 'Rename one of the two.')];
    });
  });
}

function checkHead(documents: readonly TypedDocument[], firstFile: string): readonly Diagnostic[] {
  const heads = documents.filter((document) => document.kind === 'Estate');
  if (heads.length === 0) {
    return [diagnose('ESTATE_MISSING', { file: firstFile, line: 1, column: 1 }, 'nothing names the estate')];
  }
  return heads.slice(1).map((head) => {
    const { file, line } = heads[0]?.placeOf([]) ?? head.placeOf([]);
    const message = 'an estate has one document of kind Estate';
    return diagnose('NAME_DUPLICATE', head.placeOf([]), message, `The first is at ${file}:${line}.`);
  });
}
