import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { Fault } from '../../core/kernel/index.ts';
import { ApiProblem } from '../contract/index.ts';
import { readSettings } from '../settings.ts';
import type { CliCommand, CliGroup, CommandOptions } from './command.ts';
import { commands, groups } from './commands/index.ts';
import { createOutput, type Streams } from './output.ts';

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

/** Where a command line is run: the process's own streams and environment unless told otherwise. */
export interface ProgramWorld {
  readonly streams?: Streams;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What went wrong, with its stable code and a way out; `undefined` for a defect of ours. */
function faultOf(error: unknown) {
  if (error instanceof Fault) {
    return { code: error.code, message: error.message, remedy: error.remedy, details: error.details };
  }
  if (error instanceof ApiProblem) {
    const { code, remedy, reasons = [] } = error.problem;
    const wayOut = remedy ?? reasons.map(({ hint }) => hint).join(' ');
    return { code, message: error.message, remedy: wayOut, details: {} };
  }
  if (error instanceof z.ZodError) {
    const issue = error.issues[0];
    const fault = new Fault('SETTING_INVALID', `--${kebab(issue?.path.join('.') ?? '')}: ${issue?.message}`);
    return { code: fault.code, message: fault.message, remedy: fault.remedy, details: {} };
  }
  return undefined;
}

function explain(error: unknown, options: CommandOptions, streams: Streams | undefined): number {
  const output = createOutput({ isJson: options.json === true, hasColor: true, ...(streams && { streams }) });
  const fault = faultOf(error);
  if (fault === undefined) {
    output.note(`Unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } else {
    output.json({ fault });
    output.note(`${fault.code}: ${fault.message}\n  ${fault.remedy}`);
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
  const command = parent
    .command(definition.usage, { isDefault: definition.isDefault === true })
    .summary(definition.summary)
    .description(definition.summary);
  command.option('--json', 'print one JSON document on standard output');
  if (definition.confirmsByName === true) command.option('--yes <name>', 'do not ask: agree by the name');
  else if (definition.effect === 'destructive') command.option('--yes', 'do not ask');
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
    .showHelpAfterError('Add --help for what it takes, with examples.')
    .exitOverride();
  for (const command of commands) attach(program, command, act);
  for (const group of groups) attachGroup(program, group, act);
  return program;
}

/** Help and complaints about usage go where everything else goes. */
function writeTo(command: Command, { stdout, stderr }: Streams): void {
  command.configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
  for (const inner of command.commands) writeTo(inner, { stdout, stderr });
}

/** Runs one command line and answers its exit code. */
export async function runProgram(
  argv: readonly string[],
  signal: AbortSignal,
  { streams, environment }: ProgramWorld = {},
): Promise<number> {
  let exitCode = 0;
  const program = createProgram(async (definition, args, options) => {
    try {
      const settings = readSettings(environment);
      const isJson = options.json === true;
      const output = createOutput({ isJson, hasColor: settings.hasColor, ...(streams && { streams }) });
      exitCode = await definition.run(args, options, { settings, output, signal });
    } catch (error) {
      exitCode = explain(error, options, streams);
    }
  });
  if (streams !== undefined) writeTo(program, streams);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitUnusable;
    throw error;
  }
  return exitCode;
}
