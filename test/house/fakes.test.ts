import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

// A fake exists only behind the contract suite that the real adapter passes: whoever makes a port in memory is found here,
// and a test must run that port's contract on it.

const root = resolve(import.meta.dirname, '../..');

const sources = ['src', 'test']
  .flatMap((place) => readdirSync(join(root, place), { recursive: true }).map((path) => `${place}/${path}`))
  .filter((path) => /\.tsx?$/.test(path));

const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The names that a file takes from each of the project's own files. */
function importsOf(path: string, text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [, names, from] of text.matchAll(/^import (?:type )?\{([^}]*)\} from '(\.[^']+)';$/gm)) {
    const file = relative(root, resolve(root, dirname(path), from ?? ''));
    const plain = (names ?? '').split(',').map((name) => name.trim().replace(/^type /, ''));
    found.set(
      file,
      plain.filter((name) => name !== ''),
    );
  }
  return found;
}

interface Fake {
  readonly file: string;
  /** `createMemoryStore`. */
  readonly maker: string;
  /** `Store`. */
  readonly type: string;
  /** `src/ports/store.ts`. */
  readonly port: string;
}

/** Makers that are no fakes. */
const real: Readonly<Record<string, string>> = {
  openSmallRepository: 'opens the real repository on a real bucket',
  createFailingStore: 'hands every question on to the store that it is given, or fails',
};

/** The functions of a file that answer a port which is declared in `src/ports`. */
function fakesIn(file: string, text: string): readonly Fake[] {
  const answered = [...text.matchAll(/\): (?:Promise<)?(\w+)\b[^\n]*\{$/gm)].map(
    ({ 1: type, index }) =>
      [
        text
          .slice(0, index)
          .match(/function (\w+)\(/g)
          ?.at(-1),
        type,
      ] as const,
  );
  const held = [...text.matchAll(/^(?:export )?const (\w+)(?: = \([^)]*\))?: (\w+)/gm)];
  const makers = [
    ...answered.map(([maker, type]) => [maker?.slice('function '.length, -1), type] as const),
    ...held.map(([, maker, type]) => [maker, type] as const),
  ];
  const ports = [...importsOf(file, text)].filter(([from]) => /^src\/ports\/[\w-]+\.ts$/.test(from));
  return makers.flatMap(([maker = '', type = '']) => {
    const port = ports.find(([, names]) => names.includes(type))?.[0];
    const isPort = port !== undefined && new RegExp(`^export interface ${type}\\b`, 'm').test(textOf(port));
    return isPort && !(maker in real) && hasMethods(textOf(port), type) ? [{ file, maker, type, port }] : [];
  });
}

/** A port does something; what has no method is only data. */
function hasMethods(text: string, type: string): boolean {
  const body = text.slice(text.search(new RegExp(`^export interface ${type}\\b`, 'm'))).split('\n}')[0] ?? '';
  return /^ {2}\w+(?:<[^>]*>)?\(/m.test(body);
}

/** Where fakes live: the adapters that keep nothing, and what tests share. */
const isPlaceOfFakes = (path: string): boolean =>
  /^src\/adapters\/(?:memory|fake)\/|\/memory-[\w-]+\.ts$|^test\/(?!house\/)/.test(path) && !/\.test\.tsx?$/.test(path);

/** Everything that a file imports, and what that imports, without passing through tests. */
function reach(path: string, graph: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (at: string): void => {
    if (seen.has(at)) return;
    seen.add(at);
    for (const next of graph.get(at) ?? []) visit(next);
  };
  visit(path);
  return seen;
}

const graph = new Map(sources.map((path) => [path, [...importsOf(path, textOf(path)).keys()]]));
const tests = sources.filter((path) => /\.test\.tsx?$/.test(path)).map((path) => reach(path, graph));

/** The contract suites of a port: the one beside it, and those that take a type from it. */
const contractsOf = (port: string): readonly string[] =>
  sources.filter(
    (path) =>
      path === port.replace(/\.ts$/, '.contract.ts') ||
      (path.endsWith('.contract.ts') && (graph.get(path) ?? []).includes(port)),
  );

const isProven = ({ file, port }: Pick<Fake, 'file' | 'port'>): boolean =>
  contractsOf(port).some((contract) => tests.some((reached) => reached.has(contract) && reached.has(file)));

describe('fakes of ports', () => {
  const fakes = sources.filter(isPlaceOfFakes).flatMap((path) => fakesIn(path, textOf(path)));

  test('are found, in the adapters and in what tests share', () => {
    const makers = fakes.map(({ maker }) => maker);
    expect(makers).toEqual(
      expect.arrayContaining([
        'createMemoryStore',
        'createFakeAccess',
        'createHandClock',
        'sourceOf',
        'createFakeSamples',
      ]),
    );
  });

  test.each(fakes.map((fake) => [`${fake.maker} (${fake.file}) is a ${fake.type}`, fake] as const))(
    '%s: a test runs the contract of its port on it',
    (_title, fake) => {
      expect(contractsOf(fake.port), `${fake.port} has no contract suite`).not.toEqual([]);
      expect(isProven(fake), `no test runs a contract of ${fake.port} on ${fake.file}`).toBe(true);
    },
  );

  test('one without would be seen', () => {
    const text = `import type { DatabaseAdmin } from '../../ports/database-admin.ts';\nexport function fakeAdmin(): DatabaseAdmin {`;
    const [planted] = fakesIn('src/adapters/memory/admin.ts', text);
    expect(planted).toMatchObject({ maker: 'fakeAdmin', port: 'src/ports/database-admin.ts' });
    expect(existsSync(join(root, 'src/ports/database-admin.ts'))).toBe(true);
    expect(isProven(planted ?? { file: '', port: '' })).toBe(false);
  });
});
