import type { Channel, Estate, Person, Team } from '../estate/index.ts';
import { onCallAt, quietUntil } from '../oncall/index.ts';
import type { Alert, Notice } from './alert.ts';
import { ladderOf } from './ladder.ts';

/** What is told, ready for any channel. Never holds a secret. */
export interface Message {
  readonly kind: Notice['kind'] | 'communication';
  readonly urgency: Notice['urgency'];
  /** The alert; of a communication, the incident that it belongs to. */
  readonly alert: string;
  readonly key: string;
  readonly code: string;
  readonly class: Alert['class'];
  readonly environment: string | null;
  readonly services: readonly string[];
  readonly impact: string;
  readonly summary: string;
  readonly runbook: string | null;
  readonly response: readonly string[];
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly team: string;
  /** Who is called; empty where nobody is on call. */
  readonly people: readonly Person[];
  readonly note: string | null;
  /** Of a communication: all that its audience is told. */
  readonly said?: { readonly audience: string; readonly text: string } | undefined;
}

/** A message to one channel, with the key under which it is sent once. */
export interface OutboxDraft {
  readonly dedupeKey: string;
  readonly channel: string;
  /** Addresses, for channels that need them. */
  readonly recipients: readonly string[];
  readonly message: Message;
  /** Not before this: quiet hours. */
  readonly dueAt: Temporal.Instant;
}

/** Why nobody could be told. */
export interface Unreached {
  readonly team: string | null;
  readonly reason: string;
}

type Responders = Pick<Estate, 'teams' | 'channels'>;

interface Called {
  readonly people: readonly Person[];
  readonly note: string | null;
}

/** Who of a team is called at an instant. */
export function calledBy(team: Team, now: Temporal.Instant): Called {
  if (team.onCall === undefined) return { people: [], note: `${team.title} has no on-call schedule.` };
  const names = onCallAt(team.onCall, now);
  const people = names.map((name) => team.people.find((each) => each.name === name) ?? { name, email: undefined });
  return { people, note: people.length === 0 ? `Nobody of ${team.title} is on call now.` : null };
}

/** The addresses of a mail: those of who is called, else the team's own. */
export function recipientsOf(channel: Channel, team: Team, people: readonly Person[]): readonly string[] {
  if (channel.way.kind !== 'email') return [];
  const own = people.flatMap(({ email }) => email ?? []);
  if (own.length > 0) return own;
  return team.contact?.includes('@') === true ? [team.contact] : [];
}

function messageOf(alert: Alert, notice: Notice, team: Team, { people, note }: Called): Message {
  return {
    ...{
      kind: notice.kind,
      urgency: notice.urgency,
      alert: alert.id,
      key: alert.key,
      code: alert.code,
      class: alert.class,
    },
    ...{ environment: alert.environment, services: alert.services, impact: alert.impact, summary: alert.summary },
    ...{ runbook: alert.runbook, response: alert.response, team: team.name, people, note },
    startedAt: alert.startedAt.toString({ smallestUnit: 'second' }),
    endedAt: alert.resolvedAt?.toString({ smallestUnit: 'second' }) ?? null,
  };
}

/** A way that a page took because the usual one did not reach anybody. */
export interface Detour {
  readonly team: string;
  readonly channel: string;
}

/** Whoever was called another way hears of the end that way, although it is not among the ways for that. */
function endsFor(
  estate: Responders,
  alert: Alert,
  notice: Notice,
  detours: readonly Detour[],
  told: readonly OutboxDraft[],
  now: Temporal.Instant,
): readonly OutboxDraft[] {
  // Only a page takes another way, and only what was told is over.
  const { urgency } = notice;
  if (urgency === 'note') return [];
  const missed = detours.filter(
    ({ team, channel }) => !told.some((each) => each.message.team === team && each.channel === channel),
  );
  return missed.flatMap(({ team: name, channel }): readonly OutboxDraft[] => {
    const team = estate.teams.find((each) => each.name === name);
    if (team === undefined) return [];
    const notify = [{ channel, urgencies: [urgency] }];
    return draftsFor(estate, { ...team, notify }, alert, notice, now);
  });
}

/**
 * Where a notice goes: the channels of the team at its step of the ladder that take its urgency; what can wait, waits for
 * the end of quiet hours. Where nobody can be reached, that is said instead of being lost.
 */
export function planMessages(
  estate: Responders,
  alert: Alert,
  notice: Notice,
  now: Temporal.Instant,
  detours: readonly Detour[] = [],
): { readonly drafts: readonly OutboxDraft[]; readonly unreached: Unreached | null } {
  const ladder = ladderOf(estate, alert.owner);
  // What is over, and what has become a page, is told to everybody who was called for it.
  const teams =
    notice.kind === 'resolved' || notice.kind === 'worse'
      ? ladder.slice(0, notice.level + 1)
      : ladder.slice(notice.level, notice.level + 1);
  if (teams.length === 0) return { drafts: [], unreached: { team: alert.owner, reason: 'no team answers for it' } };
  const usual = teams.flatMap((team) => draftsFor(estate, team, alert, notice, now));
  const drafts = [...usual, ...(notice.kind === 'resolved' ? endsFor(estate, alert, notice, detours, usual, now) : [])];
  const silent = teams.find((team) => !drafts.some(({ message }) => message.team === team.name));
  const reason = `no channel takes its ${notice.urgency}s`;
  return { drafts, unreached: silent === undefined ? null : { team: silent.name, reason } };
}

function draftsFor(
  estate: Responders,
  team: Team,
  alert: Alert,
  notice: Notice,
  now: Temporal.Instant,
): readonly OutboxDraft[] {
  const called = calledBy(team, now);
  const quietEnd = notice.urgency === 'page' ? undefined : quietUntil(team.quietHours, now);
  return team.notify
    .filter(({ urgencies }) => urgencies.some((urgency) => urgency === notice.urgency))
    .flatMap(({ channel: name }): readonly OutboxDraft[] => {
      const channel = estate.channels.find((each) => each.name === name);
      if (channel === undefined) return [];
      const recipients = recipientsOf(channel, team, called.people);
      if (channel.way.kind === 'email' && recipients.length === 0) return [];
      return [
        {
          dedupeKey: [alert.id, notice.kind, notice.urgency, notice.level, team.name, name].join('/'),
          channel: name,
          recipients,
          message: messageOf(alert, notice, team, called),
          dueAt: quietEnd ?? now,
        },
      ];
    });
}
