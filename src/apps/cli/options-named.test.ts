import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from './program.ts';

// A way out that names an option which does not exist leaves people stuck.

const source = resolve(import.meta.dirname, '../..');
/** Where we speak to people; adapters and compilers speak to other programs. */
const places = ['core', 'workflows', 'apps'];
/** Of PostgreSQL's programs, of redis-cli and of the portal's bundler. */
const ofOthers = ['--wal-segsize', '--list', '--no-owner', '--dbname', '--bigkeys', '--log'];
const isSpoken = (path: string): boolean =>
  /\.tsx?$/.test(path) &&
  !path.includes('.test.') &&
  !/^(?:compile|portal)\//.test(path) &&
  !path.includes('.fixture.');

const optionsOf = (command: Command): readonly string[] => [
  ...command.options.flatMap(({ long }) => long ?? []),
  ...command.commands.flatMap(optionsOf),
];

function named(text: string): readonly string[] {
  return [...text.matchAll(/(?<=[\s`'(])--[a-z][a-z-]+/g)].map(([option]) => option);
}

test('every option that a message names exists in some command', () => {
  const known = new Set([...optionsOf(createProgram(() => {})), '--help', '--version', ...ofOthers]);
  const unknown = places.flatMap((place) =>
    readdirSync(join(source, place), { recursive: true })
      .map(String)
      .filter(isSpoken)
      .flatMap((path) =>
        named(readFileSync(join(source, place, path), 'utf8'))
          .filter((option) => !known.has(option))
          .map((option) => `${place}/${path}: ${option}`),
      ),
  );
  expect(unknown).toEqual([]);
});
