import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EstateFile, parseEstate } from './index.ts';

const northsea = fileURLToPath(new URL('../../../examples/northsea/', import.meta.url));

function readExample(): EstateFile[] {
  return readdirSync(northsea).map((path) => ({ path, text: readFileSync(`${northsea}${path}`, 'utf8') }));
}

describe('the example estate northsea', () => {
  test('checks clean and resolves', () => {
    const { estate, diagnostics } = parseEstate(readExample());
    expect(diagnostics).toEqual([]);
    const environment = estate?.environments[0];
    expect(environment?.name).toBe('acme-prod');
    expect(environment?.tier.objectives).toEqual({ rpoSeconds: 300, rtoSeconds: 3_600, availabilityRatio: 0.999 });
    expect(environment?.connect.odoo?.apiKey).toEqual({ source: 'file', name: 'state/acme-prod/odoo-api-key' });
    expect(environment?.thresholds.collectEverySeconds).toBe(10);
    expect(estate?.services.every((service) => service.owner !== undefined)).toBe(true);
  });

  test('the order of the files does not matter', () => {
    const files = readExample();
    const names = (list: EstateFile[]) =>
      parseEstate(list)
        .estate?.services.map((service) => service.name)
        .toSorted();
    expect(names(files.toReversed())).toEqual(names(files));
  });
});

describe('parsing never throws', () => {
  const hasValidPlaces = (files: EstateFile[]): boolean =>
    parseEstate(files).diagnostics.every(({ file, line, column, code, message, hint }) => {
      const source = files.find(({ path }) => path === file);
      const lines = source?.text.split('\n').length ?? 0;
      return line >= 1 && line <= lines && column >= 1 && code !== '' && message !== '' && hint !== '';
    });

  test('on any text, and every diagnostic has a place in the file', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => hasValidPlaces([{ path: 'a.yaml', text }])));
  });

  test('on any JSON under any known kind', () => {
    const kind = fc.constantFrom(
      'Estate',
      'Site',
      'Tier',
      'Environment',
      'BusinessService',
      'Integration',
      'DataClass',
    );
    const key = fc.constantFrom(
      'name',
      'calendar',
      'odoo',
      'connect',
      'environments',
      'objectives',
      'dependsOn',
      '__proto__',
    );
    const body = fc.dictionary(fc.oneof(key, fc.string()), fc.jsonValue());
    fc.assert(
      fc.property(kind, body, (name, value) =>
        hasValidPlaces([{ path: 'a.yaml', text: JSON.stringify({ kind: name, ...value }) }]),
      ),
    );
  });

  test('on the example with any slice cut out', () => {
    const { text } = readExample().find(({ path }) => path === 'acme-prod.yaml') ?? { text: '' };
    const at = fc.integer({ min: 0, max: text.length });
    fc.assert(
      fc.property(at, at, (from, to) =>
        hasValidPlaces([{ path: 'a.yaml', text: text.slice(0, from) + text.slice(to) }]),
      ),
    );
  });
});
