import { expect, test } from 'vitest';
import type { Site } from '../acceptance/plimsoll.ts';
import { documentedCommands } from './commands.ts';
import { type Way, wayOf } from './ways.ts';

type OnExample = Extract<Way, { readonly on: 'the example' }>;

/** Every documented command that is about the running example, as tests that type it, in the order of the documents. */
export function typeOnTheExample(site: () => Site): void {
  const commands = [...documentedCommands()].flatMap(([command, { words }]) => {
    const way = wayOf(command)?.way;
    return way?.on === 'the example' ? [[command, words, way] as const] : [];
  });
  // `<id>` in a document is whatever the command before it made.
  let made = '';
  const wordFor = (word: string, { shorter }: OnExample): string => {
    if (word === '<id>') return made;
    if (word === shorter?.[0]) return shorter[1];
    return word === 'examples/northsea' ? site().estate : word;
  };
  test.each(commands)(
    'plimsoll %s',
    async (_command, words, way) => {
      const argv = [...words.map((word) => wordFor(word, way)), ...(way.more ?? [])];
      const { code, stdout, stderr } = await site().run(argv, 240);
      expect(way.isVerdict === true ? [0, 1] : [0], `${code}: ${stdout}${stderr}`).toContain(code);
      if (words.includes('--json')) expect(() => JSON.parse(stdout)).not.toThrow();
      made = /\bid ([0-9a-f-]{36})/.exec(stderr)?.[1] ?? made;
    },
    300_000,
  );
}
