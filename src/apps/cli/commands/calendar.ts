import {
  type CalendarEntry,
  calendarOf,
  describeOccurrence,
  didYouMean,
  momentAt,
  type Site,
  type SiteMoment,
} from '../../../core/estate/index.ts';
import { Fault, formatDuration } from '../../../core/kernel/index.ts';
import { estateDirectory } from '../../estate-directory.ts';
import { currentInstant, requireEstate } from '../../wire-estate.ts';
import type { CliCommand, CommandOptions } from '../command.ts';
import type { Output } from '../output.ts';

const defaultDays = 7;
const mostYears = 5;

/** `plimsoll calendar`: when things happen, in UTC and in each site's own time. */
export const calendarCommand: CliCommand = {
  usage: 'calendar [directory]',
  summary: 'List what the calendars of an estate hold between two moments',
  effect: 'read-only',
  examples: [
    'calendar examples/northsea',
    'calendar examples/northsea --from 2026-10-24 --to 2026-10-26 --site rotterdam-dc',
    'calendar examples/northsea --from 2026-10-24T00:00:00Z --to 2026-10-27T00:00:00Z --json',
    'calendar examples/northsea --at 2026-12-31T12:00 --site rotterdam-dc',
  ],
  configure: (command) =>
    command
      .option('--from <when>', 'a date or time, local to each site, or an instant with Z or an offset (default: now)')
      .option('--to <when>', `the same; a date includes its whole day (default: ${defaultDays} days after --from)`)
      .option(
        '--at <when>',
        'the moment of which it says what is frozen, which peak is on and what comes next (default: --from, or now)',
      )
      .option('--site <name>', 'only this site'),
  async run([directory], options, { output, settings }) {
    const estate = await requireEstate(await estateDirectory(directory, settings.stateDirectory));
    const sites = chooseSites(estate.sites, options['site']);
    const now = currentInstant();
    const entries = sites
      .flatMap((site) => entriesOf(site, options, now))
      .toSorted((a, b) => compareText(a.at, b.at) || compareText(a.site, b.site) || compareText(a.name, b.name));
    const moments = sites.map((site) => {
      const at = momentOf(site, options) ?? now;
      return { at: at.toString(), ...momentAt(site, at) };
    });
    output.json({ events: entries, moments });
    printTable(entries, output);
    const when = options['at'] ?? options['from'];
    printMoments(moments, typeof when === 'string' ? when : 'now', output);
    return 0;
  },
};

/** The moment that was asked about: where the list begins, if nothing else is said. `undefined`: now. */
function momentOf({ timezone }: Site, options: CommandOptions): Temporal.Instant | undefined {
  return (
    readMoment('--at', options['at'], timezone, 'start') ?? readMoment('--from', options['from'], timezone, 'start')
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function chooseSites(sites: readonly Site[], wanted: unknown): readonly Site[] {
  if (typeof wanted !== 'string') return sites;
  const chosen = sites.filter(({ name }) => name === wanted);
  if (chosen.length > 0) return chosen;
  const names = sites.map(({ name }) => name);
  throw new Fault(
    'ELEMENT_UNKNOWN',
    `--site: no site ${wanted} is declared. ${didYouMean(wanted, names, 'There are')}`,
  );
}

function entriesOf(site: Site, options: CommandOptions, now: Temporal.Instant): readonly CalendarEntry[] {
  const from = readMoment('--from', options['from'], site.timezone, 'start') ?? now;
  const to = readMoment('--to', options['to'], site.timezone, 'end') ?? from.add({ hours: 24 * defaultDays });
  if (Temporal.Instant.compare(from, to) >= 0) throw new Fault('SETTING_INVALID', '--to must be later than --from');
  if (to.since(from).total('hours') > mostYears * 366 * 24) {
    throw new Fault('SETTING_INVALID', `--from and --to are more than ${mostYears} years apart`);
  }
  return calendarOf([site], from, to).map(describeOccurrence);
}

/** A date is local midnight (or the midnight after, at the end of a range), a time is local, `Z` or an offset is exact. */
function readMoment(option: string, text: unknown, zone: string, edge: 'start' | 'end'): Temporal.Instant | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(text)) {
      const day = Temporal.PlainDate.from(text);
      return (edge === 'start' ? day : day.add({ days: 1 })).toZonedDateTime(zone).toInstant();
    }
    if (/(Z|[+-]\d\d:?\d\d)$/i.test(text)) return Temporal.Instant.from(text);
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant();
  } catch (cause) {
    const forms = '2026-10-24, 2026-10-24T17:00 or 2026-10-24T15:00:00Z';
    throw new Fault('SETTING_INVALID', `${option}: \`${text}\` is not a moment; write ${forms}`, { cause });
  }
}

/** One block per local day, the day as the site's people see it. */
function printTable(entries: readonly CalendarEntry[], output: Output): void {
  if (entries.length === 0) output.line('Nothing is in the calendar between these moments.');
  const widest = (pick: (entry: CalendarEntry) => string): number =>
    Math.max(0, ...entries.map((entry) => pick(entry).length));
  const [siteWidth, nameWidth, kindWidth] = [
    widest(({ site }) => site),
    widest(({ name }) => name),
    widest(({ kind }) => kind),
  ];
  let day = '';
  for (const entry of entries) {
    const date = entry.local.slice(0, 10);
    if (date !== day) {
      day = date;
      const weekday = Temporal.PlainDate.from(date).toLocaleString('en-GB', { weekday: 'long' });
      output.line(output.style('bold', `${date}  ${weekday}`));
    }
    const columns = [entry.site.padEnd(siteWidth), entry.kind.padEnd(kindWidth), entry.name.padEnd(nameWidth)];
    const utc = output.style('dim', `${entry.at.slice(0, 16)}Z`);
    const offset = entry.local.slice(19);
    output.line(`  ${entry.local.slice(11, 16)} ${offset}  ${columns.join('  ')}  ${utc}  ${remarks(entry)}`.trimEnd());
  }
}

function printMoments(moments: readonly SiteMoment[], when: string, output: Output): void {
  for (const { site, isFrozen, reason, activePeak, activeProfile, nextCutOff } of moments) {
    const peak =
      activePeak === null ? [] : [`peak ${activePeak}${activeProfile === null ? '' : ` (${activeProfile})`}`];
    const next = nextCutOff === null ? 'no cut-off ahead' : `next ${nextCutOff.name} ${nextCutOff.local.slice(0, 16)}`;
    const parts = [isFrozen ? `frozen: ${reason}` : 'not frozen', ...peak, next];
    output.line(`${output.style('bold', `${site}, ${when}:`)} ${parts.join('; ')}`);
  }
}

function remarks(entry: CalendarEntry): string {
  const parts: string[] = [];
  if (entry.until !== undefined) {
    const seconds = Temporal.Instant.from(entry.until).since(Temporal.Instant.from(entry.at)).total('seconds');
    parts.push(`for ${formatDuration(seconds)}`);
  }
  if (entry.service !== undefined) parts.push(entry.service);
  if (entry.profile !== undefined) parts.push(`profile ${entry.profile}`);
  return parts.join(', ');
}
