import type { LedgerValue } from './entry.ts';

/**
 * One text for one value: JSON with members sorted by UTF-16 code units and no white space (RFC 8785, whose number and
 * string forms are those of ECMAScript's JSON.stringify). Lone surrogates, which the RFC refuses, become their escapes.
 * Throws RangeError for numbers that JSON cannot say.
 */
export function canonicalJson(value: LedgerValue): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`canonicalJson: ${value} is not a JSON number`);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: LedgerValue) => canonicalJson(item)).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
