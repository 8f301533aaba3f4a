import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { commandsIn, documents, wordsOf } from '../../../test/documented/commands.ts';
import type { CliCommand, CliGroup } from './command.ts';
import { commands, groups } from './commands/index.ts';
import { createProgram } from './program.ts';

// What the documents and the help tell people to type must be understood: every verb, argument and option of it.

const examplesOf = (group: CliGroup): readonly CliCommand[] => [
  ...group.commands,
  ...(group.groups ?? []).flatMap(examplesOf),
];

function silence(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  for (const inner of command.commands) silence(inner);
}

async function problemWith(words: readonly string[]): Promise<string | undefined> {
  let understood = false;
  const program = createProgram(() => {
    understood = true;
  });
  silence(program);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    return code === 'commander.helpDisplayed' ? undefined : message;
  }
  return understood ? undefined : 'no command was asked for';
}

describe('what people are told to type', () => {
  const written = documents.flatMap(commandsIn);

  test('the documents show commands', () => {
    expect(written.length).toBeGreaterThan(25);
  });

  test.each(written)('$place: plimsoll $words', async ({ words }) => {
    expect(await problemWith(words)).toBeUndefined();
  });

  const examples = [...commands, ...groups.flatMap(examplesOf)].flatMap(({ examples }) => examples);

  test.each(examples)('the help: plimsoll %s', async (example) => {
    expect(await problemWith(wordsOf(example))).toBeUndefined();
  });

  test('a verb or an option that does not exist would be seen', async () => {
    expect(await problemWith(['stauts'])).toContain('unknown command');
    expect(await problemWith(['status', '--jsno'])).toContain('unknown option');
    expect(await problemWith(['component', 'stop', 'acme-prod'])).toContain('missing required argument');
  });
});
