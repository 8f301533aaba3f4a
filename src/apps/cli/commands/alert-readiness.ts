import { askApi } from '../../api-client.ts';
import { routes } from '../../contract/index.ts';
import type { CliCommand } from '../command.ts';

/** `plimsoll alerts unanswered` (OPM-07). */
export const unansweredCommand: CliCommand = {
  usage: 'unanswered',
  summary:
    'List what is watched although nobody is told, or nobody knows what to do then; exit code 1 where there is any',
  effect: 'read-only',
  examples: ['alerts unanswered', 'alerts unanswered --json'],
  async run(_args, _options, { settings, output, signal }) {
    const { items } = await askApi(settings, (api) => api.call(routes.listUnansweredSignals, { signal }));
    output.json({ signals: items });
    for (const { code, about, lacks } of items) output.line(`${code.padEnd(28)} ${about}: no ${lacks.join(', no ')}`);
    if (items.length === 0) output.line('Every signal has an owner and a runbook.');
    return items.length === 0 ? 0 : 1;
  },
};

const brief = (at: string, timezone: string): string =>
  Temporal.Instant.from(at)
    .toZonedDateTimeISO(timezone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');

/** `plimsoll alerts on-call` (INC-07). */
export const onCallCommand: CliCommand = {
  usage: 'on-call',
  summary:
    'Who is on call now, and the hours of the next days that nobody holds; exit code 1 where a paged team has any',
  effect: 'read-only',
  examples: ['alerts on-call', 'alerts on-call --days 28 --json'],
  configure: (command) => command.option('--days <number>', 'how many days ahead', '14'),
  async run(_args, options, { settings, output, signal }) {
    const query = { days: Number(options['days']) };
    const { items } = await askApi(settings, (api) => api.call(routes.listOnCall, { query, signal }));
    output.json({ teams: items });
    for (const { title, now, timezone, gaps, isPaged } of items) {
      const who = now.length > 0 ? now.join(', ') : timezone === null ? 'no schedule' : 'nobody';
      output.line(`${title}${isPaged ? ' (paged)' : ''}: ${who}`);
      for (const { from, to } of gaps)
        output.line(`  nobody from ${brief(from, timezone ?? 'UTC')} to ${brief(to, timezone ?? 'UTC')} (${timezone})`);
    }
    return items.some(({ isPaged, timezone, gaps }) => isPaged && (timezone === null || gaps.length > 0)) ? 1 : 0;
  },
};
