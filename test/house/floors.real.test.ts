import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

// The floors of the house are kept by tools. A tool that checks nothing is green too, so each rule is shown a violation.

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const tool = (name: string): string => join(root, 'node_modules/.bin', name);

const report = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

async function cruise(directory: string) {
  const args = ['--config', join(directory, '.dependency-cruiser.cjs'), '--output-type', 'json', 'src'];
  // Exit code = number of violations: the report says the same with names.
  const { stdout } = await run(tool('depcruise'), args, { cwd: directory, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stdout: string }) => error,
  );
  return report.parse(JSON.parse(stdout)).summary;
}

/** One file that breaks one rule, and what it needs beside it. */
const plants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no-cycles': {
    'src/core/kernel/one.ts': "import { two } from './two.ts';\nexport const one = (): number => two();\n",
    'src/core/kernel/two.ts': "import { one } from './one.ts';\nexport const two = (): number => one();\n",
  },
  'core-knows-only-core': {
    'src/core/estate/reads.ts': "import '../../ports/clock.ts';\n",
    'src/ports/clock.ts': 'export const clock = 1;\n',
  },
  'core-does-no-io': { 'src/core/estate/reads.ts': "import 'node:fs';\n" },
  'core-uses-pure-libraries': { 'src/core/estate/serves.ts': "import 'hono';\n" },
  'ports-know-only-core': {
    'src/ports/clock.ts': "import '../adapters/system/clock.ts';\n",
    'src/adapters/system/clock.ts': 'export const clock = 1;\n',
  },
  'workflows-know-ports-and-core': {
    'src/workflows/observe.ts': "import '../adapters/system/clock.ts';\n",
    'src/adapters/system/clock.ts': 'export const clock = 1;\n',
  },
  'workflows-touch-nothing': { 'src/workflows/observe.ts': "import 'node:fs';\n" },
  'adapters-know-ports-and-core': {
    'src/adapters/system/clock.ts': "import '../../workflows/observe.ts';\n",
    'src/workflows/observe.ts': 'export const observe = 1;\n',
  },
  'only-wire-names-adapters': {
    'src/apps/cli/status.ts': "import '../../adapters/system/clock.ts';\n",
    'src/adapters/system/clock.ts': 'export const clock = 1;\n',
  },
  'portal-knows-the-contract-only': {
    'src/apps/portal/page.ts': "import '../server/server.ts';\n",
    'src/apps/server/server.ts': 'export const server = 1;\n',
  },
  'capabilities-meet-at-index': {
    'src/core/observe/judge.ts': "import '../estate/model.ts';\n",
    'src/core/estate/model.ts': 'export const model = 1;\n',
  },
  'core-is-entered-at-index': {
    'src/workflows/observe.ts': "import '../core/estate/model.ts';\n",
    'src/core/estate/model.ts': 'export const model = 1;\n',
  },
  resolvable: { 'src/core/estate/dangling.ts': "import './nowhere.ts';\n" },
};

let house: string;

async function plant(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(house, 'plant-'));
  await cp(join(root, '.dependency-cruiser.cjs'), join(directory, '.dependency-cruiser.cjs'));
  const all = {
    'tsconfig.json':
      '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true } }',
    'package.json': '{ "type": "module", "dependencies": { "hono": "1.0.0" } }',
    'node_modules/hono/package.json': '{ "name": "hono", "version": "1.0.0", "main": "index.js" }',
    'node_modules/hono/index.js': 'module.exports = {};\n',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return directory;
}

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'plimsoll-house-'));
});
afterAll(() => rm(house, { recursive: true, force: true }));

describe('the floors', () => {
  test('our own house keeps them, and the tool really looked at it', async () => {
    const summary = await cruise(root);
    expect(summary.violations).toEqual([]);
    // dependency-cruiser with a TypeScript it cannot read cruises nothing and is green.
    expect(summary.totalCruised).toBeGreaterThan(40);
  });

  test.each(Object.entries(plants))('a planted violation of %s is caught', async (rule, files) => {
    const summary = await cruise(await plant(files));
    expect(summary.violations.map((violation) => violation.rule.name)).toContain(rule);
  });

  test('every rule in the configuration has a plant', async () => {
    const { default: configuration } = await import(join(root, '.dependency-cruiser.cjs'));
    const rules = z.object({ forbidden: z.array(z.object({ name: z.string() })) }).parse(configuration);
    expect(rules.forbidden.map((rule) => rule.name).sort()).toEqual(Object.keys(plants).sort());
  });
});

describe('what the core may not write', () => {
  const sentences: readonly (readonly [string, string])[] = [
    [
      'export const later = async (work: () => Promise<void>): Promise<void> => {\n  await work();\n};\n',
      'The core is synchronous',
    ],
    ['export const late = (): number => Date.now();\n', 'Time and chance are arguments'],
    ['export const late = (): Temporal.Instant => Temporal.Now.instant();\n', 'Time and chance are arguments'],
    ['export const chance = (): number => Math.random();\n', 'Time and chance are arguments'],
    ["export const setting = (): string | undefined => process.env['HOME'];\n", 'noProcessEnv'],
  ];

  test.each(sentences)('%s', async (text, complaint) => {
    const directory = await mkdtemp(join(house, 'lint-'));
    await cp(join(root, 'biome.json'), join(directory, 'biome.json'));
    await cp(join(root, 'biome'), join(directory, 'biome'), { recursive: true });
    await mkdir(join(directory, 'src/core'), { recursive: true });
    await writeFile(join(directory, 'src/core/planted.ts'), text);
    const args = ['lint', '--vcs-enabled=false', 'src/core/planted.ts'];
    const { stderr, stdout } = await run(tool('biome'), args, { cwd: directory }).catch(
      (error: { stderr: string; stdout: string }) => error,
    );
    expect(stdout + stderr).toContain(complaint);
  });
});
