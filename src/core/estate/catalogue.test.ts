import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { diagnosticCatalogue, estateJsonSchema } from './index.ts';

const source = join(import.meta.dirname, '..', '..');

function textsBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .filter((entry) => entry.name !== 'diagnostic-catalogue.ts')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

describe('the catalogue of diagnostics', () => {
  const code = [...textsBelow(join(source, 'core/estate')), ...textsBelow(join(source, 'adapters/estate-files'))].join(
    '\n',
  );

  test.each(Object.keys(diagnosticCatalogue))('%s is really given', (name) => {
    expect(code.includes(`'${name}'`)).toBe(true);
  });

  test('every code that a schema complains with is in it', () => {
    const used = [...code.matchAll(/complain\(\s*context,\s*'([A-Z_]+)'/g)].map((match) => match[1] ?? '');
    expect(used.length).toBeGreaterThan(10);
    for (const name of used) expect(Object.keys(diagnosticCatalogue)).toContain(name);
  });
});

describe('the JSON Schema for editors', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(estateJsonSchema());
  const northsea = join(source, '..', 'examples/northsea');

  test.each(readdirSync(northsea))('accepts every document of the example %s', (file) => {
    for (const document of parseAllDocuments(readFileSync(join(northsea, file), 'utf8'))) {
      validate(document.toJS());
      expect(validate.errors).toBeNull();
    }
  });

  test.each([
    { kind: 'Site', name: 'x', timezone: 'UTC', calender: [] },
    { kind: 'Site', name: 'x' },
    { kind: 'Sight', name: 'x' },
    { kind: 'Tier', name: 'X y' },
  ])('refuses %o', (document) => {
    expect(validate(document)).toBe(false);
  });
});
