/** One generated file: where it is in the repository, and how its whole text is made. The same input gives the same text. */
export interface Generator {
  readonly path: string;
  readonly write: () => string | Promise<string>;
}

/** The line that tells readers of a generated Markdown file not to edit it. */
export const generatedNote = '<!-- Written by `npm run generate`; edit the table in the source instead. -->';

/** A Markdown table; bars in cells are escaped. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
