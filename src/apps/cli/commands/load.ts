import { Fault, formatDuration, parseDuration } from '../../../core/kernel/index.ts';
import { type ClassReport, type LoadReport, loadMark } from '../../../core/load/index.ts';
import { runLoad } from '../../../workflows/load/run-load.ts';
import { estateDirectory, estateOption } from '../../estate-directory.ts';
import { loadParts, readProfile } from '../../wire-load.ts';
import { openOdooAccess, requireEnvironment } from '../../wire-odoo.ts';
import type { CliCommand, CliGroup, CommandOptions } from '../command.ts';
import type { Output } from '../output.ts';

const longestSeconds = 7 * 86_400;
/** As shells count a program that Ctrl-C ended. */
const interruptedCode = 130;

function required(options: CommandOptions, name: string): string {
  const value = options[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Fault('SETTING_INVALID', `--${name} is missing`);
}

function durationOf(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds > 0 && seconds <= longestSeconds) return seconds;
  throw new Fault('SETTING_INVALID', `--for ${text} is not a duration between 1s and 7d, such as 10m`);
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new Fault('SETTING_INVALID', `--seed ${text} is not a whole number from 0 to 4294967295`);
}

function codesOf(text: unknown): readonly string[] | undefined {
  if (typeof text !== 'string') return undefined;
  const codes = [...new Set(text.split(',').map((code) => code.trim()))].filter((code) => code !== '');
  if (codes.length > 0) return codes;
  throw new Fault('SETTING_INVALID', `--warehouses ${text} names no warehouse, such as WH,FXT`);
}

const time = (seconds: number | null): string => (seconds === null ? '-' : formatDuration(seconds));

function rowOf(row: ClassReport): readonly string[] {
  const counts = [row.done, row.failed, row.shed, row.starved].map(String);
  const rates = [row.declaredPerHour, row.achievedPerHour].map((rate) => rate.toFixed(0));
  return [row.class, ...rates, ...counts, time(row.p50Seconds), time(row.p95Seconds), time(row.p99Seconds)];
}

const header = ['class', 'declared/h', 'achieved/h', 'done', 'failed', 'shed', 'starved', 'p50', 'p95', 'p99'];

function printReport(report: LoadReport, output: Output): void {
  const rows = [header, ...report.classes.map(rowOf)];
  const widths = header.map((_name, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  output.line(
    `profile ${report.profile}, seed ${report.seed}, ${formatDuration(report.elapsedSeconds)} of arrivals; at most ${report.highestInFlight} of ${report.mostInFlight} in flight`,
  );
  for (const [index, row] of rows.entries()) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    output.line(index === 0 ? output.style('bold', cells.join('  ')) : cells.join('  '));
  }
  for (const row of report.classes) {
    for (const [error, count] of Object.entries(row.errors)) output.line(`  ${row.class}: ${count} × ${error}`);
  }
}

function progressLine(report: LoadReport, inFlight: number, forSeconds: number): string {
  const sum = (pick: (row: ClassReport) => number): number =>
    report.classes.reduce((total, row) => total + pick(row), 0);
  const parts = [
    `${sum((row) => row.done)} done`,
    `${sum((row) => row.failed)} failed`,
    `${sum((row) => row.shed)} shed`,
  ];
  return `${formatDuration(report.elapsedSeconds)} of ${formatDuration(forSeconds)}: ${parts.join(', ')}, ${inFlight} in flight`;
}

const runCommand: CliCommand = {
  usage: 'run <environment>',
  summary: 'Drive an Odoo with declared rates of warehouse work, and report what it managed',
  effect: 'changes',
  examples: [
    'load run acme-prod --estate examples/northsea --profile examples/load/modest.yaml --for 10m --seed 7',
    'load run acme-uat --profile peak.yaml --for 30m --seed 7 --json',
  ],
  configure: (command) =>
    command
      .option(...estateOption)
      .requiredOption('--profile <file>', 'the load profile: rates per class, ramp and bursts')
      .requiredOption('--for <duration>', 'how long work arrives, such as 10m')
      .option('--seed <number>', 'the same seed gives the same arrivals', '1')
      .option(
        '--warehouses <codes>',
        "short names of the warehouses that share the load, such as WH,FXT (default: the company's first)",
      ),
  async run([name = ''], options, { settings, output, signal }) {
    const forSeconds = durationOf(required(options, 'for'));
    const seed = seedOf(required(options, 'seed'));
    const { environment } = await requireEnvironment(
      await estateDirectory(options['estate'], settings.stateDirectory),
      name,
    );
    const { profile, diagnostics } = await readProfile(required(options, 'profile'));
    if (profile === undefined) {
      output.json({ diagnostics });
      for (const { file, line, column, message, hint } of diagnostics) {
        output.note(`${file}:${line}:${column} ${message}\n  ${hint}`);
      }
      return 1;
    }
    const odoo = openOdooAccess(settings);
    try {
      const result = await runLoad(await loadParts(odoo, environment), environment, {
        profile,
        seed,
        forSeconds,
        warehouses: codesOf(options['warehouses']),
        signal,
        onPhase: (text) => output.note(text),
        onProgress: (report, inFlight) => output.note(progressLine(report, inFlight, forSeconds)),
      });
      if ('kind' in result) {
        output.json({ refused: result.reasons });
        for (const { message, hint } of result.reasons) output.note(`refused: ${message}\n  ${hint}`);
        return 1;
      }
      output.json(result);
      printReport(result, output);
      if (!signal.aborted) return 0;
      output.note('Interrupted: the figures are about the time until then.');
      return interruptedCode;
    } finally {
      odoo.close();
    }
  },
};

/** `plimsoll load …`: see docs/load.md for what each class does. */
export const loadGroup: CliGroup = {
  name: 'load',
  summary: `Drive an Odoo with open arrivals of warehouse work, marked ${loadMark}`,
  commands: [runCommand],
};
