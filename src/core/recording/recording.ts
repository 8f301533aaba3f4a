import { parse } from 'csv-parse/sync';
import type { Diagnostic, Seconds } from '../kernel/index.ts';

/** A row of a recorded series, with the line it stands on. */
export type RecordedRow<Column extends string> = Readonly<Record<Column, number | undefined>> & {
  readonly line: number;
  readonly atSeconds: Seconds;
};

export interface Recording<Column extends string> {
  readonly rows: readonly RecordedRow<Column>[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The columns of a recording besides `at`. */
export interface RecordingShape<Column extends string> {
  readonly required: readonly Column[];
  readonly optional: readonly Column[];
}

const mostDiagnostics = 20;

interface Parsed {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number; readonly columns?: readonly { readonly name: string }[] };
}

/**
 * Reads a CSV with a header: `at` (ISO 8601 with `Z` or an offset, or seconds since 1970) and columns of numbers that are not
 * negative, oldest row first. Everything wrong is said with its line, up to twenty times.
 */
export function readRecording<Column extends string>(
  file: string,
  text: string,
  shape: RecordingShape<Column>,
): Recording<Column> {
  const diagnostics: Diagnostic[] = [];
  const say = (line: number, message: string, hint: string): void => {
    if (diagnostics.length >= mostDiagnostics) return;
    diagnostics.push({ code: 'SERIES_INVALID', severity: 'error', file, line, column: 1, message, hint });
  };
  const parsed = parseText(text, say);
  const written = parsed[0]?.info.columns?.map(({ name }) => name) ?? [];
  const names = new Set(written);
  const expected = ['at', ...shape.required, ...shape.optional.map((name) => `[${name}]`)].join(',');
  for (const name of ['at', ...shape.required]) {
    if (parsed.length > 0 && !names.has(name))
      say(1, `the column \`${name}\` is missing`, `The header is ${expected}.`);
  }
  for (const name of names) {
    if (written.indexOf(name) === written.lastIndexOf(name)) continue;
    say(1, `the column \`${name}\` is there more than once`, 'Give each column a name of its own.');
  }
  if (parsed.length === 0 && diagnostics.length === 0)
    say(1, 'there are no rows', `Write a header ${expected} and rows.`);
  if (diagnostics.length > 0) return { rows: [], diagnostics };
  const rows = parsed.flatMap((each) => readRow(each, shape, say) ?? []);
  rows.forEach((row, index) => {
    const before = rows[index - 1];
    if (before !== undefined && row.atSeconds <= before.atSeconds) {
      say(row.line, 'this row is not later than the one before it', 'Sort the rows by `at`, one row for each instant.');
    }
  });
  return { rows: diagnostics.length > 0 ? [] : rows, diagnostics };
}

type Say = (line: number, message: string, hint: string) => void;

function parseText(text: string, say: Say): readonly Parsed[] {
  try {
    return parse(text, { columns: true, info: true, trim: true, bom: true, skip_empty_lines: true });
  } catch (error) {
    const lines = (error as { lines?: number }).lines ?? 1;
    say(lines, error instanceof Error ? error.message : String(error), 'Every row has as many values as the header.');
    return [];
  }
}

function readRow<Column extends string>(
  { record, info }: Parsed,
  shape: RecordingShape<Column>,
  say: Say,
): RecordedRow<Column> | undefined {
  const atSeconds = readInstant(record['at'] ?? '');
  if (atSeconds === undefined) {
    say(
      info.lines,
      `"${record['at']}" is not an instant`,
      'Write 2026-11-21T16:05:00Z, an offset, or seconds since 1970.',
    );
    return undefined;
  }
  const values: Record<string, number | undefined> = {};
  for (const name of [...shape.required, ...shape.optional]) {
    const written = record[name] ?? '';
    const isMissing = written === '' && shape.required.includes(name);
    const value = written === '' ? undefined : readNumber(written);
    if (isMissing || (written !== '' && value === undefined)) {
      say(info.lines, `\`${name}\` is "${written}"`, 'Write a number that is zero or more, at most 1e12.');
      return undefined;
    }
    values[name] = value;
  }
  return { ...values, line: info.lines, atSeconds } as RecordedRow<Column>;
}

/** Sums of many rows stay exact to a part in a thousand below this. */
const largestNumber = 1e12;

function readNumber(text: string): number | undefined {
  if (!/^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return value <= largestNumber ? value : undefined;
}

function readInstant(text: string): Seconds | undefined {
  if (/^\d{9,11}(\.\d+)?$/.test(text)) return Number(text);
  try {
    return Temporal.Instant.from(text).epochMilliseconds / 1_000;
  } catch {
    return undefined;
  }
}

/** A stretch of time for which nothing was recorded. */
export interface Gap {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

const gapFactor = 3;

/** Where rows are missing: more than three times the usual (median) distance between two of them. */
export function gapsIn(rows: readonly { readonly atSeconds: Seconds }[]): readonly Gap[] {
  const distances = rows.slice(1).map((row, index) => row.atSeconds - (rows[index]?.atSeconds ?? 0));
  const usual = distances.toSorted((a, b) => a - b)[Math.floor((distances.length - 1) / 2)] ?? 0;
  return distances.flatMap((distance, index) =>
    distance > gapFactor * usual
      ? [{ from: instantAt(rows[index]?.atSeconds ?? 0), to: instantAt(rows[index + 1]?.atSeconds ?? 0) }]
      : [],
  );
}

/** Seconds since 1970 as an instant, to the millisecond. */
export function instantAt(atSeconds: Seconds): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Math.round(atSeconds * 1_000));
}
