import type { z } from 'zod';
import { Fault, formatDuration, formatPercent, parseDuration } from '../../../core/kernel/index.ts';
import { askApi } from '../../api-client.ts';
import { type resource, routes } from '../../contract/index.ts';
import { currentInstant } from '../../wire-estate.ts';
import type { CliCommand } from '../command.ts';
import type { Output } from '../output.ts';

type Measures = z.output<typeof resource.measures>;

const dash = '-';

function table(output: Output, title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  output.line();
  output.line(output.style('bold', title));
  if (rows.length === 0) {
    output.line('  nothing was measured');
    return;
  }
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  for (const row of all) {
    output.line(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}`,
    );
  }
}

function print({ services, latency, queues, partners, ...range }: Measures, environment: string, output: Output): void {
  output.line(`${environment}, ${range.from} to ${range.to}`);
  table(
    output,
    'Availability by business service',
    ['service', 'available', 'good of all'],
    services.map(({ service, ratio, good, total }) => [
      service,
      ratio === null ? dash : formatPercent(ratio, 2),
      `${good} of ${total}`,
    ]),
  );
  table(
    output,
    'Latency by transaction class',
    ['class', 'period', 'p95', 'p99', 'requests'],
    latency.map((row) => [
      row.class,
      row.period,
      formatDuration(row.p95Seconds),
      formatDuration(row.p99Seconds),
      String(row.count),
    ]),
  );
  table(
    output,
    'Queue delays',
    ['queue', 'class', 'statistic', 'mean', 'worst'],
    queues.map((row) => [
      row.queue,
      row.class,
      row.statistic,
      formatDuration(row.meanSeconds),
      formatDuration(row.maximumSeconds),
    ]),
  );
  table(
    output,
    'Partners',
    ['partner', 'type', 'succeeded', 'failed', 'share', 'retries', 'known'],
    partners.map((row) => [
      ...[row.partner, row.type, row.succeeded.toFixed(0), row.failed.toFixed(0), formatPercent(row.successRatio, 1)],
      row.retries === null ? dash : String(row.retries),
      row.isInferred ? 'inferred' : 'recorded',
    ]),
  );
}

/** `plimsoll metrics`: what an environment achieved over some time. */
export const metricsCommand: CliCommand = {
  usage: 'metrics <environment>',
  summary: 'Show availability, latency in normal and peak times, queue delays and partners of an environment',
  effect: 'read-only',
  examples: ['metrics acme-prod', 'metrics acme-prod --last 7d', 'metrics acme-prod --json'],
  configure: (command) => command.option('--last <duration>', 'how far back, at most 31d', '24h'),
  async run([environment = ''], options, { output, settings, signal }) {
    const seconds = parseDuration(String(options['last']));
    if (seconds === undefined || seconds <= 0) {
      throw new Fault('SETTING_INVALID', `--last ${String(options['last'])} is no duration such as 24h or 7d`);
    }
    const to = currentInstant();
    const query = { from: to.subtract({ seconds: Math.round(seconds) }).toString(), to: to.toString() };
    const measures = await askApi(settings, (api) =>
      api.call(routes.getMeasures, { params: { name: environment }, query, signal }),
    );
    output.json(measures);
    print(measures, environment, output);
    return 0;
  },
};
