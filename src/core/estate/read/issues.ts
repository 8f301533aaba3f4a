import { z } from 'zod';
import type { Diagnostic } from '../../kernel/index.ts';
import { type DiagnosticCode, diagnose, diagnosticCatalogue } from '../diagnostic-catalogue.ts';
import { brief, type Complaint } from '../schema/scalars.ts';
import type { Path, RawDocument } from './documents.ts';
import { didYouMean, nearest, orList } from './words.ts';

type Issue = z.core.$ZodIssue;

/** Says what a schema found, in the words and at the places of the document. */
export function explainIssue(issue: Issue, schema: z.ZodType, document: RawDocument): readonly Diagnostic[] {
  const path = issue.path.filter((step): step is string | number => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') return explainUnknownKeys(issue.keys, path, schema, document);
  if (issue.code === 'invalid_union') return explainUnion(issue, path, schema, document);
  if (issue.code === 'custom' && issue.params !== undefined) return [explainComplaint(issue, path, document)];
  const value = valueAt(document.value, path);
  const label = labelOf(path);
  const description = describe(schema, path);
  if (value === undefined || value === null) {
    return [
      diagnose('VALUE_MISSING', document.keyPlaceOf(path), `${label} is missing`, description ?? expected(issue)),
    ];
  }
  const hint = formOf(issue, schema, path, value);
  return [diagnose('VALUE_INVALID', document.placeOf(path), `${label} ${wrongness(issue, value, path)}`, hint)];
}

/** What may stand there instead of a value: the words that are allowed, the bounds of a number, or the form of a text. */
function formOf(issue: Issue, schema: z.ZodType, path: Path, value: unknown): string {
  if (issue.code === 'invalid_value') return allowedValues(issue, value);
  const description = describe(schema, path);
  const bounds = boundsOf(schemasAt(schema, path));
  if (bounds !== undefined) return description === undefined ? bounds : `${bounds} ${description}`;
  if (issue.code !== 'invalid_type' || issue.expected !== 'string') return description ?? expected(issue);
  const said = asText(schemasAt(schema, path), value);
  return said === undefined ? (description ?? expected(issue)) : [description, said].filter(Boolean).join(' ');
}

/** What the schema says of a number or yes/no as the text it should have been: `0.8` may be meant as 80%. */
function asText([schema]: readonly z.ZodType[], value: unknown): string | undefined {
  if (schema === undefined || typeof value === 'object') return undefined;
  const parsed = schema.safeParse(String(value));
  if (parsed.success) return 'Put it in quotes.';
  const [issue] = parsed.error.issues;
  return issue?.code === 'custom' ? (issue.params as Complaint | undefined)?.hint : undefined;
}

/** `A whole number from 1 to 64.`, of a place where a number belongs. */
function boundsOf(schemas: readonly z.ZodType[]): string | undefined {
  const found = schemas.find((schema) => schema instanceof z.ZodNumber);
  if (found === undefined) return undefined;
  const isBound = (bound: number | null): bound is number =>
    bound !== null && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  const kind = found.isInt ? 'A whole number' : 'A number';
  const { minValue, maxValue } = found;
  // A bound that is not allowed itself, as where a share of a processor must be more than none.
  const isOpen = isBound(minValue) && !found.safeParse(minValue).success;
  if (isOpen) return `${kind} above ${minValue}${isBound(maxValue) ? `, at most ${maxValue}` : ''}.`;
  if (isBound(minValue) && isBound(maxValue)) return `${kind} from ${minValue} to ${maxValue}.`;
  if (isBound(minValue)) return `${kind}, at least ${minValue}.`;
  return isBound(maxValue) ? `${kind}, at most ${maxValue}.` : `${kind}.`;
}

function explainUnknownKeys(
  keys: readonly string[],
  path: Path,
  schema: z.ZodType,
  document: RawDocument,
): Diagnostic[] {
  const known = keysAt(schema, path);
  return keys.map((key) => {
    const where = path.length === 0 ? '' : ` under \`${path.join('.')}\``;
    const place = document.keyPlaceOf([...path, key]);
    return diagnose(
      'KEY_UNKNOWN',
      place,
      `\`${brief(key)}\` is not known${where}`,
      didYouMean(key, known, 'Known here'),
    );
  });
}

/** A union names the trouble of the branch that came furthest. */
function explainUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  schema: z.ZodType,
  document: RawDocument,
): readonly Diagnostic[] {
  const deepest = issue.errors.find((issues) =>
    issues.some((inner) => inner.path.length > 0 || inner.code === 'custom'),
  );
  if (deepest === undefined) {
    const isMissing = valueAt(document.value, path) === undefined;
    const code = isMissing ? 'VALUE_MISSING' : 'VALUE_INVALID';
    const message = `${labelOf(path)} ${isMissing ? 'is missing' : 'has a form that is not understood'}`;
    return [diagnose(code, document.placeOf(path), message, describe(schema, path) ?? 'See docs/estate.md.')];
  }
  return deepest.flatMap((inner) => explainIssue({ ...inner, path: [...path, ...inner.path] }, schema, document));
}

function explainComplaint(issue: Extract<Issue, { code: 'custom' }>, path: Path, document: RawDocument): Diagnostic {
  const { code, hint } = issue.params as unknown as Complaint;
  const known = (code in diagnosticCatalogue ? code : 'VALUE_INVALID') as DiagnosticCode;
  return diagnose(known, document.placeOf(path), `${labelOf(path)}: ${issue.message}`, hint);
}

function wrongness(issue: Issue, value: unknown, path: Path): string {
  if (issue.code === 'invalid_type') return `must be ${article(issue.expected)}, but is ${typeName(value)}`;
  if (issue.code === 'invalid_value') return `cannot be ${quote(value, path)}`;
  if (issue.code === 'too_small') return typeof value === 'number' ? `is too small: ${value}` : 'is too short';
  if (issue.code === 'too_big') return typeof value === 'number' ? `is too large: ${value}` : 'is too long';
  return `cannot be ${quote(value, path)}`;
}

function quote(value: unknown, path: Path): string {
  if (path.some((step) => /key|password|token|secret/i.test(String(step)))) return 'what is written here';
  return typeof value === 'string' || typeof value === 'number' ? `\`${brief(String(value))}\`` : typeName(value);
}

function allowedValues(issue: Extract<Issue, { code: 'invalid_value' }>, value: unknown): string {
  const allowed = `Allowed: ${issue.values.map(String).join(', ')}.`;
  const near = typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined;
  return near === undefined ? allowed : `Did you mean \`${near}\`? ${allowed}`;
}

function expected(issue: Issue): string {
  if (issue.code === 'invalid_type') return `Write ${article(issue.expected)}.`;
  if (issue.code === 'invalid_value') return `Write ${orList(issue.values.map(String))}.`;
  if (issue.code === 'too_small') return `At least ${issue.minimum}.`;
  if (issue.code === 'too_big') return `At most ${issue.maximum}.`;
  return 'See docs/estate.md for the form.';
}

function article(type: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping of keys to values',
  };
  return names[type] ?? `a ${type}`;
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : article(typeof value);
}

function labelOf(path: Path): string {
  return path.length === 0 ? 'the document' : `\`${path.join('.')}\``;
}

/** The raw value at a path, or `undefined`. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Readonly<Record<string | number, unknown>>)[step];
  }
  return at;
}

function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  return schemasAt(schema, path).flatMap((found) => (found instanceof z.ZodObject ? Object.keys(found.shape) : []));
}

function describe(schema: z.ZodType, path: Path): string | undefined {
  for (const found of schemasAt(schema, path)) {
    const { description } = found.meta() ?? {};
    if (description !== undefined) return description;
  }
  return undefined;
}

/** Every schema that a value at the path may meet, the nearest description first. */
function schemasAt(schema: z.ZodType, path: Path): readonly z.ZodType[] {
  let found = unwrap(schema);
  for (const step of path) {
    found = found.flatMap((at) => {
      if (at instanceof z.ZodObject) {
        const inner = Object.hasOwn(at.shape, step) ? at.shape[step] : undefined;
        return inner === undefined ? [] : unwrap(inner as z.ZodType);
      }
      return at instanceof z.ZodArray ? unwrap(at.element as z.ZodType) : [];
    });
  }
  return found;
}

function unwrap(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodOptional) return [schema, ...unwrap(schema.unwrap() as z.ZodType)];
  if (schema instanceof z.ZodUnion) return [schema, ...schema.options.flatMap((option) => unwrap(option as z.ZodType))];
  if (schema instanceof z.ZodPipe) return [schema, ...unwrap(schema.in as z.ZodType)];
  return [schema];
}
