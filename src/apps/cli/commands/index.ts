import type { CliCommand, CliGroup } from '../command.ts';

/** Every verb, in the order help shows them. */
export const commands: readonly CliCommand[] = [];

/** Every verb with sub-verbs. */
export const groups: readonly CliGroup[] = [];
