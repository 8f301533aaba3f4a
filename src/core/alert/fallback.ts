import type { Estate, Person, Team } from '../estate/index.ts';
import { ladderOf } from './ladder.ts';
import { calledBy, type Detour, type Message, type OutboxDraft, recipientsOf } from './notify.ts';

/** A page that did not arrive by then goes another way too; it is still tried the first way. */
export const rerouteAfterSeconds = 120;

const calls = new Set<Message['kind']>(['firing', 'worse', 'escalation']);

/** What of a message says where else it may go. */
interface Failing {
  readonly channel: string;
  readonly message: Message;
  readonly problem: string;
}

/** The channels of a team that a page may take: those for pages first, then those that only take tickets. */
function channelsOf(team: Team): readonly string[] {
  const forPages = team.notify.filter(({ urgencies }) => urgencies.includes('page'));
  return [...forPages, ...team.notify.filter((each) => !forPages.includes(each))].map(({ channel }) => channel);
}

const detourMark = '/instead/';

/** The ways that messages of an alert took because others did not reach anybody; none that failed as well. */
export function detoursOf(
  messages: readonly {
    readonly dedupeKey: string;
    readonly channel: string;
    readonly state: string;
    readonly message: Message;
  }[],
): readonly Detour[] {
  return messages
    .filter(({ dedupeKey, state }) => dedupeKey.includes(detourMark) && state !== 'failed')
    .map(({ channel, message }) => ({ team: message.team, channel }));
}

/** A way to reach a team now; none where a mail would have no address. */
function wayBy(
  estate: Pick<Estate, 'channels'>,
  team: Team,
  name: string,
  people: readonly Person[],
): { readonly team: Team; readonly channel: string; readonly recipients: readonly string[] } | undefined {
  const channel = estate.channels.find((each) => each.name === name);
  if (channel === undefined) return undefined;
  const recipients = recipientsOf(channel, team, people);
  return channel.way.kind === 'email' && recipients.length === 0 ? undefined : { team, channel: name, recipients };
}

/**
 * Where a page goes that does not arrive: another channel of the same team, else one of the next team of the ladder. `used` are
 * the ways that this alert has taken already; nothing is left where all of them are. Never for what can wait.
 */
export function planFallback(
  estate: Pick<Estate, 'teams' | 'channels'>,
  failing: Failing,
  used: readonly { readonly team: string; readonly channel: string }[],
  now: Temporal.Instant,
): OutboxDraft | undefined {
  const { message, channel: from, problem } = failing;
  if (message.urgency !== 'page' || !calls.has(message.kind)) return undefined;
  const ways = ladderOf(estate, message.team).flatMap((team) =>
    channelsOf(team).flatMap((name) => wayBy(estate, team, name, calledBy(team, now).people) ?? []),
  );
  // What does not answer for one team answers for none.
  const way = ways.find(
    ({ team, channel }) =>
      channel !== from && !used.some((each) => each.team === team.name && each.channel === channel),
  );
  if (way === undefined) return undefined;
  const { people, note } = calledBy(way.team, now);
  const said = `${from} did not reach ${message.team}: ${problem}.`;
  return {
    dedupeKey: `${message.alert}/${message.kind}${detourMark}${way.team.name}/${way.channel}`,
    ...{ channel: way.channel, recipients: way.recipients, dueAt: now },
    message: { ...message, team: way.team.name, people, note: note === null ? said : `${said} ${note}` },
  };
}
