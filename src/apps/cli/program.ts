import { Command, CommanderError } from 'commander';
import { Fault } from '../../core/kernel/index.ts';
import { readSettings } from '../settings.ts';
import type { CliCommand, CliGroup, CommandOptions } from './command.ts';
import { commands, groups } from './commands/index.ts';
import { createOutput } from './output.ts';

/** The exit code for an unreadable estate, wrong usage or a fault of the world. */
export const exitUnusable = 2;

const effectNote = {
  'read-only': 'read-only',
  changes: 'changes things',
  destructive: 'destructive: asks first',
} as const;

function helpAfter(command: CliCommand): string {
  const examples = command.examples.map((example) => `  $ plimsoll ${example}`).join('\n');
  return `\n${effectNote[command.effect]}\n\nExamples:\n${examples}`;
}

function explain(error: unknown, options: CommandOptions): number {
  const output = createOutput({ isJson: options.json === true, hasColor: true });
  if (error instanceof Fault) {
    output.json({ fault: { code: error.code, message: error.message, remedy: error.remedy, details: error.details } });
    output.note(`${error.code}: ${error.message}\n  ${error.remedy}`);
  } else {
    output.note(`Unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  return exitUnusable;
}

/** Carries out a command that was parsed. */
type Act = (
  definition: CliCommand,
  args: readonly (string | undefined)[],
  options: CommandOptions,
) => void | Promise<void>;

function attach(parent: Command, definition: CliCommand, act: Act): void {
  const command = parent.command(definition.usage).summary(definition.summary).description(definition.summary);
  command.option('--json', 'print one JSON document on standard output');
  if (definition.effect === 'destructive') command.option('--yes', 'do not ask');
  definition.configure?.(command);
  command.addHelpText('after', helpAfter(definition));
  command.action((...received: unknown[]) =>
    act(definition, received.slice(0, -2) as (string | undefined)[], command.opts<CommandOptions>()),
  );
}

function attachGroup(program: Command, group: CliGroup, act: Act): void {
  const parent = program.command(group.name).summary(group.summary).description(group.summary);
  for (const command of group.commands) attach(parent, command, act);
  for (const inner of group.groups ?? []) attachGroup(parent, inner, act);
}

/** The command line as commander reads it; `act` is told what was asked. */
export function createProgram(act: Act): Command {
  const program = new Command('plimsoll')
    .description('A reliability control plane for Odoo: declare, watch, prove, recover.')
    .showSuggestionAfterError()
    .exitOverride();
  for (const command of commands) attach(program, command, act);
  for (const group of groups) attachGroup(program, group, act);
  return program;
}

/** Runs one command line and answers its exit code. */
export async function runProgram(argv: readonly string[], signal: AbortSignal): Promise<number> {
  let exitCode = 0;
  const program = createProgram(async (definition, args, options) => {
    try {
      const settings = readSettings();
      const output = createOutput({ isJson: options.json === true, hasColor: settings.hasColor });
      exitCode = await definition.run(args, options, { settings, output, signal });
    } catch (error) {
      exitCode = explain(error, options);
    }
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitUnusable;
    throw error;
  }
  return exitCode;
}
