import { type AlertClass, type Deadline, secondsLeft } from './signal.ts';

/** How people speak of a cut-off: `dhl-cutoff` is DHL, `postnl-cut-off` is Postnl; a declared title wins. */
export function cutOffTitle(name: string, title?: string): string {
  if (title !== undefined) return title;
  const word = name.replace(/[-_]?cut-?off$/i, '').replaceAll('-', ' ');
  if (word === '') return 'cut-off';
  return word.length <= 4 ? word.toUpperCase() : `${word[0]?.toUpperCase()}${word.slice(1)}`;
}

/** Time left as a dispatcher says it: `38 min`, `5 h 10 min`, `2 d 3 h`. */
export function leftWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const ownWords: Readonly<Record<string, string>> = {
  'goods-receipt': 'receipt',
  'invoice-posting': 'invoice',
  'order-confirmation': 'order',
  'pick-waves': 'transfer',
  'stock-moves': 'transfer',
};

/** What the work of a service is called. */
export function itemWord(services: readonly string[], count: number): string {
  const [first] = services;
  const own = first !== undefined && services.every((name) => name === first) ? ownWords[first] : undefined;
  const word = own ?? 'parcel';
  return count === 1 ? word : `${word}s`;
}

/** The time of a deadline on the wall of its site; with the day where it is not today there. */
export function deadlineTime({ at, timezone }: Pick<Deadline, 'at' | 'timezone'>, now: Temporal.Instant): string {
  const local = at.toZonedDateTimeISO(timezone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  const today = now.toZonedDateTimeISO(timezone).toPlainDate();
  if (local.toPlainDate().equals(today)) return time;
  return `${['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][local.dayOfWeek - 1]} ${time}`;
}

/** `Rotterdam: 214 parcels will miss DHL 17:00, 38 min left`. */
export function impactOnCutOff(
  deadline: Deadline,
  items: number | null,
  how: { readonly class: AlertClass; readonly services: readonly string[] },
  now: Temporal.Instant,
): string {
  const left = secondsLeft(deadline, now);
  const when = `${deadline.name} ${deadlineTime(deadline, now)}, ${left > 0 ? `${leftWords(left)} left` : 'it has passed'}`;
  if (items === null) return `${deadline.siteTitle}: nobody can count what will miss ${when}`;
  const count = Math.round(items);
  const what = `${count} ${itemWord(how.services, count)}`;
  if (how.class === 'at-risk') return `${deadline.siteTitle}: ${what} will miss ${when}`;
  return `${deadline.siteTitle}: ${what} ${count === 1 ? 'is' : 'are'} at risk for ${when}`;
}
