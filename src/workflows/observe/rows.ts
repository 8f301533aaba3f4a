import type { Labels, Sample } from '../../core/observe/index.ts';
import type { Row } from '../../ports/odoo-database.ts';

interface Question {
  readonly labels: readonly string[];
  readonly metrics: Readonly<Record<string, string>>;
  readonly absent?: 'zero' | 'nothing';
}

interface Where {
  readonly environment: string;
  readonly at: Temporal.Instant;
}

/** A number as the driver gives it; `undefined` for null and for what is no number. */
export function numberIn(row: Row, column: string): number | undefined {
  const value = row[column];
  if (value === null || value === undefined) return undefined;
  const number = typeof value === 'number' ? value : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** A text as the driver gives it; empty for null. */
export function textIn(row: Row, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
}

const keyOf = (labels: Labels): string => JSON.stringify(labels);

/** Rows as samples; series that were there before and have no row now become zero where the question says so. */
export function samplesFromRows(
  question: Question,
  rows: readonly Row[],
  where: Where,
  before: readonly Sample[],
): readonly Sample[] {
  const samples: Sample[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    const labels = Object.fromEntries(question.labels.map((label) => [label, textIn(row, label)]));
    for (const [column, metric] of Object.entries(question.metrics)) {
      const value = numberIn(row, column);
      if (value === undefined) continue;
      seen.add(`${metric} ${keyOf(labels)}`);
      samples.push({ ...where, metric, labels, value });
    }
  }
  if (question.absent !== 'zero') return samples;
  const gone = before.filter((sample) => !seen.has(`${sample.metric} ${keyOf(sample.labels)}`));
  return [...samples, ...gone.map((sample) => ({ ...sample, at: where.at, value: 0 }))];
}
