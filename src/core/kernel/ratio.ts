/** A share between 0 and 1. Percent exists only in parse and format. */
export type Ratio = number;

/** Reads `99.9%` as 0.999; `undefined` for anything that is not a percentage from 0 % to 100 %. */
export function parsePercent(text: string): Ratio | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  if (match === null) return undefined;
  const percent = Number(match[1]);
  // Dividing 99.9 by 100 leaves binary dust (0.9990000000000001); twelve digits are more than anybody declares.
  return percent > 100 ? undefined : Number((percent / 100).toPrecision(12));
}

/** Writes 0.999 as `99.9%`. */
export function formatPercent(ratio: Ratio, digits = 3): string {
  return `${Number((ratio * 100).toFixed(digits))}%`;
}
