import { type EstateFile, redactLine } from '../../core/estate/index.ts';
import type { Diagnostic } from '../../core/kernel/index.ts';
import type { Output } from './output.ts';

const widest = 110;

/** Prints diagnostics with the line they are about and a mark under the place. Lines that may hold a secret are hidden. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  files: readonly EstateFile[],
  output: Output,
): void {
  const lines = new Map<string, readonly string[]>();
  for (const { file } of diagnostics) {
    const text = files.find(({ path }) => path === file)?.text;
    if (text !== undefined && !lines.has(file)) lines.set(file, text.split(/\r?\n/));
  }
  for (const diagnostic of diagnostics) {
    const { file, line, column, severity, code, message, hint } = diagnostic;
    const label = output.style(severity === 'error' ? 'red' : 'yellow', severity);
    output.line(
      `${output.style('bold', `${printable(file)}:${line}:${column}`)} ${label} ${printable(message)} (${code})`,
    );
    for (const excerpt of excerptOf(lines.get(file)?.[line - 1], line, column))
      output.line(output.style('dim', excerpt));
    output.line(`    ${printable(hint)}`);
    output.line();
  }
}

/** The source line and a caret under the column; nothing where the line is empty. */
function excerptOf(source: string | undefined, line: number, column: number): readonly string[] {
  if (source === undefined || source.trim() === '') return [];
  const shown = printable(redactLine(source));
  const start = Math.max(0, Math.min(column - 1, shown.length) - widest + 30);
  const gutter = `    ${line} | `;
  const caret = ' '.repeat(gutter.length + Math.max(0, Math.min(column - 1 - start, widest)));
  return [`${gutter}${shown.slice(start, start + widest)}`, `${caret}^`];
}

/** Text without control characters: a file must not be able to steer the terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed here
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
