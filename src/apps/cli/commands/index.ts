import type { CliCommand, CliGroup } from '../command.ts';
import { accessGroup } from './access.ts';
import { alertsGroup } from './alerts.ts';
import { archiveGroup } from './archive.ts';
import { backupGroup } from './backup.ts';
import { calendarCommand } from './calendar.ts';
import { causesCommand } from './causes.ts';
import { checkCommand } from './check.ts';
import { cloneGroup } from './clone.ts';
import { compileCommand } from './compile.ts';
import { componentGroup } from './component.ts';
import { connectCommand } from './connect.ts';
import { coverageCommand } from './coverage.ts';
import { downCommand } from './down.ts';
import { drillGroup } from './drill.ts';
import { environmentGroup } from './environment.ts';
import { forecastGroup } from './forecast.ts';
import { graphCommand } from './graph.ts';
import { incidentGroup } from './incident.ts';
import { initCommand } from './init.ts';
import { journeyGroup } from './journey.ts';
import { ledgerGroup } from './ledger.ts';
import { loadGroup } from './load.ts';
import { metricsCommand } from './metrics.ts';
import { probeCommand } from './probe.ts';
import { recoveryGroup } from './recovery.ts';
import { restoreCommand } from './restore.ts';
import { serveCommand } from './serve.ts';
import { sloGroup } from './slo.ts';
import { statusCommand } from './status.ts';
import { createUpCommand } from './up.ts';

/** Every verb, in the order help shows them. */
export const commands: readonly CliCommand[] = [
  initCommand,
  createUpCommand(verbs),
  downCommand,
  serveCommand,
  checkCommand,
  calendarCommand,
  graphCommand,
  compileCommand,
  statusCommand,
  metricsCommand,
  causesCommand,
  coverageCommand,
  probeCommand,
  connectCommand,
  restoreCommand,
];

/** Every verb with sub-verbs. */
export const groups: readonly CliGroup[] = [
  componentGroup,
  archiveGroup,
  journeyGroup,
  drillGroup,
  recoveryGroup,
  cloneGroup,
  environmentGroup,
  ledgerGroup,
  accessGroup,
  backupGroup,
  loadGroup,
  sloGroup,
  forecastGroup,
  alertsGroup,
  incidentGroup,
];

/** The verbs this Plimsoll has: `check`, `component stop` … */
function verbs(): readonly string[] {
  const verb = ({ usage }: CliCommand): string => usage.split(' ')[0] ?? usage;
  return [
    ...commands.map(verb),
    ...groups.flatMap(({ name, commands: own }) => own.map((command) => `${name} ${verb(command)}`)),
  ];
}
