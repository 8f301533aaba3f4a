import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Where a command writes. With `--json`, standard output holds one JSON document and nothing else. */
export interface Output {
  readonly isJson: boolean;
  /** The answer, as one JSON document; only with `--json`. */
  json(value: unknown): void;
  /** A line of the answer for people; silent with `--json`. */
  line(text?: string): void;
  /** A remark about the work, on standard error, so that it never mixes with an answer. */
  note(text: string): void;
  /** Colour where the terminal has it, plain text elsewhere. */
  style(style: Style, text: string): string;
  /** Whether standard error is a terminal: progress bars only then. */
  readonly isInteractive: boolean;
}

/** Where a command writes to. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** An output on the given streams. */
export function createOutput(options: {
  readonly isJson: boolean;
  readonly hasColor: boolean;
  readonly streams?: Streams;
}): Output {
  const { stdout, stderr } = options.streams ?? process;
  return {
    isJson: options.isJson,
    isInteractive: stderr.isTTY === true,
    json: (value) => {
      if (options.isJson) stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    line: (text = '') => {
      if (!options.isJson) stdout.write(`${text}\n`);
    },
    note: (text) => {
      stderr.write(`${text}\n`);
    },
    style: (style, text) =>
      options.hasColor && !options.isJson ? styleText(style, text, { validateStream: true }) : text,
  };
}
