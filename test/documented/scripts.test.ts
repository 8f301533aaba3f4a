import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { documents, root } from './commands.ts';

// `npm` and `make` lines start suites and whole systems, so they are not typed here: what they name must be there, and
// what a target would run must be a file of ours. `docker`, `psql` and `curl` lines speak to what the reader has.

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

function named(pattern: RegExp): readonly string[] {
  const found = documents.concat('CONTRIBUTING.md', 'ARCHITECTURE.md').flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8');
    return [...text.matchAll(pattern)].map(([, name = '']) => name);
  });
  return [...new Set(found)].sort();
}

describe('what the documents tell to start', () => {
  const asked = named(/\bnpm (?:run )?((?<=run )[a-z][\w:-]*|test)(?![\w:])/g);

  test('the scripts that the house promises are among them', () => {
    expect(asked).toEqual(expect.arrayContaining(['dev', 'test', 'test:real', 'golden', 'generate', 'check', 'bench']));
  });

  test.each(asked)('npm run %s is a script whose own files are there', (name) => {
    const script = scripts[name] ?? expect.fail(`no script ${name}`);
    for (const [, file = ''] of script.matchAll(/\bnode ((?:src|tools|bench)\/\S+\.ts)/g)) {
      expect(() => readFileSync(join(root, file)), file).not.toThrow();
    }
    for (const [, other = ''] of script.matchAll(/npm run (?:--silent )?([\w:]+)/g)) {
      expect(scripts, `${name} runs ${other}`).toHaveProperty([other]);
    }
  });

  test('npm run golden rewrites every golden file, and names the kind of update, or its first file is taken for one', () => {
    const [, kind, filters = ''] = /--update(\S*) (.+)$/.exec(scripts['golden'] ?? '') ?? [];
    expect(kind).toBe('=all');
    const sources = ['src', 'test'].flatMap((top) =>
      readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map((path) => join(top, path)),
    );
    const golden = sources.filter(
      (path) => path.endsWith('.test.ts') && /\)\.toMatchFileSnapshot\(/.test(readFileSync(join(root, path), 'utf8')),
    );
    expect(golden.length).toBeGreaterThan(3);
    expect(golden.filter((path) => !filters.split(' ').some((filter) => path.includes(filter)))).toEqual([]);
  });

  test.each(named(/(?:`|^\s*)make ([a-z]+)(?=\s*(?:`|#|$))/gm))('make %s would run a file of ours', (target) => {
    const lines = execFileSync('make', ['--dry-run', '--no-print-directory', '-C', root, target], { encoding: 'utf8' });
    const programs = [...lines.matchAll(/(?:^|\s)(\.\/plimsoll|tools\/[\w.]+)(?=\s|$)/g)].map(([, file = '']) => file);
    expect(programs.length, lines).toBeGreaterThan(0);
    for (const file of programs) expect(() => readFileSync(join(root, file)), file).not.toThrow();
  });
});
