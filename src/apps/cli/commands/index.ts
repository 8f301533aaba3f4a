import type { CliCommand, CliGroup } from '../command.ts';
import { calendarCommand } from './calendar.ts';
import { checkCommand } from './check.ts';
import { graphCommand } from './graph.ts';

/** Every verb, in the order help shows them. */
export const commands: readonly CliCommand[] = [checkCommand, calendarCommand, graphCommand];

/** Every verb with sub-verbs. */
export const groups: readonly CliGroup[] = [];
