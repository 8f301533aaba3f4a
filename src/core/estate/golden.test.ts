import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseEstate } from './index.ts';

const golden = join(import.meta.dirname, 'golden');
const journeys = ['ship-order', 'receive-goods', 'portal-login', 'read-orders'];

describe('a broken estate gets all its diagnostics in one run, in order, with places and hints', () => {
  test.each(readdirSync(golden))('%s', async (name) => {
    const directory = join(golden, name);
    const paths = readdirSync(directory).filter((path) => path.endsWith('.yaml'));
    const files = paths.map((path) => ({ path, text: readFileSync(join(directory, path), 'utf8') }));
    const { estate, diagnostics } = parseEstate(files, { journeys });
    expect(estate).toBeUndefined();
    const lines = diagnostics.map(
      ({ file, line, column, severity, code, message, hint }) =>
        `${file}:${line}:${column} ${severity} ${code}\n    ${message}\n    ${hint}\n`,
    );
    // Secrets that were written in plain are never repeated.
    expect(lines.join('')).not.toContain('hunter2');
    await expect(lines.join('')).toMatchFileSnapshot(join(directory, 'diagnostics.txt'));
  });
});
