import type { Command } from 'commander';
import type { Settings } from '../settings.ts';
import type { Output } from './output.ts';

/** What a command does to the world; shown in help, and destructive ones ask before they act. */
export type Effect = 'read-only' | 'changes' | 'destructive';

export interface CommandContext {
  readonly settings: Settings;
  readonly output: Output;
  /** Aborted by Ctrl-C and SIGTERM: every wait and loop listens to it. */
  readonly signal: AbortSignal;
}

/** One verb of the command line. `run` answers the exit code. */
export interface CliCommand {
  /** As commander writes it: `calendar [directory]`. */
  readonly usage: string;
  readonly summary: string;
  readonly effect: Effect;
  /** What it replaces or removes is agreed to by its name: `--yes NAME`, and never by a bare `--yes`. */
  readonly confirmsByName?: boolean;
  readonly examples: readonly string[];
  /** Done where a group is asked for none of its sub-verbs: `clone acme-prod`. */
  readonly isDefault?: boolean;
  /** Declares options; `--json` and `--yes` are added for every command. */
  readonly configure?: (command: Command) => void;
  run(args: readonly (string | undefined)[], options: CommandOptions, context: CommandContext): Promise<number>;
}

/** Options as commander read them, by camel-case name. Each command parses the ones it declared. */
export type CommandOptions = Readonly<Record<string, unknown>> & {
  readonly json?: boolean;
  readonly yes?: boolean | string;
};

/** A verb with sub-verbs, such as `ledger tail`. */
export interface CliGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CliCommand[];
  /** Groups below it, such as `token` in `access token create`. */
  readonly groups?: readonly CliGroup[];
}
