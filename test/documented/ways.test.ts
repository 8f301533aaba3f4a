import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentedCommands, root } from './commands.ts';
import { wayOf, ways } from './ways.ts';

describe('every documented command is run by a test', () => {
  const commands = [...documentedCommands()];

  test.each(commands)('plimsoll %s', (command, { places }) => {
    const way = wayOf(command)?.way ?? expect.fail(`${places.join(', ')}: nothing says how this is tried`);
    if (way.on === 'its own test') expect(existsSync(join(root, way.test)), way.test).toBe(true);
  });

  test('no way is said of a command that nobody documents', () => {
    const used = new Set(commands.map(([command]) => wayOf(command)?.index));
    expect(ways.flatMap(([pattern], index) => (used.has(index) ? [] : [String(pattern)]))).toEqual([]);
  });

  test('a command without a way would be seen', () => {
    expect(wayOf('sink acme-prod')).toBeUndefined();
  });
});
