import { z } from 'zod';
import { kinds } from './schema/index.ts';

/** The schema of one document of an estate, for editors: completion, descriptions and first checks while typing. */
export function estateJsonSchema(): Readonly<Record<string, unknown>> {
  const entries = Object.entries(kinds).map(([kind, schema]): readonly [string, unknown] => {
    // What is written, not what it becomes: durations are text here.
    const { $schema: _, ...body } = z.toJSONSchema(schema, {
      io: 'input',
      target: 'draft-2020-12',
      unrepresentable: 'any',
    });
    return [kind, body];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A document of a Plimsoll estate',
    type: 'object',
    required: ['kind', 'name'],
    properties: { kind: { enum: Object.keys(kinds), description: 'What the document declares.' } },
    // One branch per kind: an editor then offers the keys of that kind only.
    allOf: Object.keys(kinds).map((kind) => ({
      if: { properties: { kind: { const: kind } }, required: ['kind'] },
      // biome-ignore lint/suspicious/noThenProperty: `then` is the keyword of JSON Schema
      then: { $ref: `#/$defs/${kind}` },
    })),
    $defs: Object.fromEntries(entries),
  };
}
