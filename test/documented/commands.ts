import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** The documents that people follow. */
export const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true }).map((path) => `docs/${path}`),
]
  .filter((path) => path.endsWith('.md'))
  .sort();

/** A command as a document shows it. */
export interface Written {
  readonly place: string;
  /** Without the program's name, as a shell would split it. */
  readonly words: readonly string[];
}

/** Splits as a shell would, without expanding anything; a comment, a pipe or a redirection ends the command. */
export function wordsOf(line: string): readonly string[] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const end = words.findIndex((word) => /^(#|\||>|&&|;|2>)/.test(word));
  return end === -1 ? words : words.slice(0, end);
}

/** The commands of Plimsoll in the code blocks of a document. */
export function commandsIn(document: string): readonly Written[] {
  const written: Written[] = [];
  let isCode = false;
  for (const [index, line] of readFileSync(join(root, document), 'utf8').split('\n').entries()) {
    if (line.startsWith('```')) isCode = !isCode;
    const command = /^(?:\$ )?(?:\w+=\S+ )*(?:\.\/)?plimsoll (.+)$/.exec(line.trim());
    if ((isCode || line.startsWith('    ')) && command?.[1] !== undefined) {
      written.push({ place: `${document}:${index + 1}`, words: wordsOf(command[1]) });
    }
  }
  return written;
}

/** Every different command that the documents show, by its text, with all the places where it stands. */
export function documentedCommands(): ReadonlyMap<
  string,
  { readonly words: readonly string[]; readonly places: readonly string[] }
> {
  const commands = new Map<string, { words: readonly string[]; places: string[] }>();
  for (const { place, words } of documents.flatMap(commandsIn)) {
    const text = words.join(' ');
    commands.set(text, { words, places: [...(commands.get(text)?.places ?? []), place] });
  }
  return commands;
}
