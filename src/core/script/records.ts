import { z } from 'zod';
import { call, fail, type Limits, type Script } from './script.ts';

/** An Odoo search domain. */
export type Domain = readonly (readonly [string, string, unknown] | '|' | '&' | '!')[];

type Context = NonNullable<Limits['context']>;

function* parse<Schema extends z.ZodType>(what: string, schema: Schema, answer: unknown): Script<z.output<Schema>> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return yield* fail(`${what} answered something else than expected (${issue?.path.join('.')}: ${issue?.message})`);
}

const identifiers = z.array(z.number().int());

/** Creates records and answers their ids, in order. */
export function* createRecords(
  model: string,
  values: readonly Readonly<Record<string, unknown>>[],
  context: Context = {},
): Script<readonly number[]> {
  const answer = yield* call(model, 'create', { args: { vals_list: values }, context });
  return yield* parse(`${model}.create`, identifiers, typeof answer === 'number' ? [answer] : answer);
}

/** Reads fields of known records as rows of the given shape. */
export function* readRecords<Shape extends z.ZodRawShape>(
  model: string,
  ids: readonly number[],
  shape: Shape,
  context: Context = {},
): Script<readonly z.output<z.ZodObject<Shape>>[]> {
  const answer = yield* call(model, 'read', { ids, args: { fields: Object.keys(shape) }, context });
  return yield* parse(`${model}.read`, z.array(z.object(shape)), answer);
}

/** Searches and reads at most `limit` records as rows of the given shape. */
export function* searchRead<Shape extends z.ZodRawShape>(
  model: string,
  domain: Domain,
  shape: Shape,
  options: { readonly limit: number; readonly order?: string; readonly context?: Context },
): Script<readonly z.output<z.ZodObject<Shape>>[]> {
  const { limit, order = 'id', context = {} } = options;
  const args = { domain, fields: Object.keys(shape), limit, order };
  const answer = yield* call(model, 'search_read', { args, context });
  return yield* parse(`${model}.search_read`, z.array(z.object(shape)), answer);
}

/** Counts records. */
export function* countRecords(model: string, domain: Domain, context: Context = {}): Script<number> {
  const answer = yield* call(model, 'search_count', { args: { domain }, context });
  return yield* parse(`${model}.search_count`, z.number().int(), answer);
}
