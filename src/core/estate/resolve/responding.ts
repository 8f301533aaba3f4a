import type {
  Channel,
  ChannelWay,
  OnCall,
  Place,
  QuietHours,
  Runbook,
  RunbookAction,
  RunbookStep,
  Team,
} from '../model.ts';
import { isDisruptive } from '../responding.ts';
import type { Declared } from '../schema/index.ts';
import { daysIn } from '../schema/scalars.ts';

/** A page that nobody takes goes on after this, where the team does not say. */
const escalateAfterSeconds = 300;

/** A team with whom to call when. `lastsTexts` are the lengths of its shifts as written: days are days on the wall. */
export function resolveTeam(declared: Declared<'Team'>, lastsTexts: readonly string[], place: Place): Team {
  return {
    name: declared.name,
    title: declared.title ?? declared.name,
    contact: declared.contact,
    people: (declared.members ?? []).map((member) =>
      typeof member === 'string' ? { name: member, email: undefined } : { name: member.name, email: member.email },
    ),
    onCall: resolveOnCall(declared.onCall, lastsTexts),
    quietHours: resolveQuiet(declared.quietHours),
    notify: (declared.notify ?? []).map((each) => ({
      channel: each.channel,
      urgencies: each.for ?? ['page', 'ticket'],
    })),
    escalateAfterSeconds: declared.escalate?.after ?? escalateAfterSeconds,
    escalateTicketsAfterSeconds: declared.escalate?.ticketsAfter,
    escalateTo: declared.escalate?.to ?? [],
    place,
  };
}

function resolveOnCall(onCall: Declared<'Team'>['onCall'], lastsTexts: readonly string[]): OnCall | undefined {
  if (onCall === undefined) return undefined;
  const shifts = onCall.shifts.map(({ members, rule, lasts, rotate }, index) => ({
    members,
    rule,
    lastsSeconds: lasts,
    lastsDays: daysIn(lastsTexts[index] ?? ''),
    rotate: rotate ?? ('weekly' as const),
  }));
  return { timezone: onCall.timezone, shifts };
}

function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

function resolveQuiet(quiet: Declared<'Team'>['quietHours']): QuietHours | undefined {
  if (quiet === undefined) return undefined;
  return { fromMinute: minuteOf(quiet.from), toMinute: minuteOf(quiet.to), timezone: quiet.timezone };
}

/** A channel with its one way; a checked channel has exactly one. */
export function resolveChannel(declared: Declared<'Channel'>, place: Place): Channel {
  const { tells } = declared;
  const told = tells === undefined ? undefined : { ...tells, to: tells.to ?? [], tenants: tells.tenants ?? [] };
  return { name: declared.name, way: wayOf(declared), tells: told, place };
}

function wayOf(declared: Declared<'Channel'>): ChannelWay {
  const { email } = declared;
  if (email !== undefined) {
    const { host, port, security = 'starttls', from, login, password } = email;
    return { kind: 'email', host, port: port ?? (security === 'tls' ? 465 : 587), security, from, login, password };
  }
  for (const kind of ['webhook', 'slack', 'teams', 'alertmanager'] as const) {
    const receiver = declared[kind];
    if (receiver !== undefined) return { kind, url: receiver.url, token: receiver.token };
  }
  throw new Error(`the channel ${declared.name} has no way`);
}

/** A runbook as steps, each done by a person or by Plimsoll. */
export function resolveRunbook(declared: Declared<'Runbook'>, place: Place): Runbook {
  return {
    name: declared.name,
    title: declared.title ?? declared.name,
    when: declared.when ?? [],
    services: declared.services ?? [],
    owner: declared.owner,
    steps: declared.steps.map((step): RunbookStep => {
      if (typeof step === 'string') return { text: step, action: undefined, approvals: 0, limit: undefined };
      const action = actionOf(step.run);
      const declared = step.limit && { runs: step.limit.runs, withinSeconds: step.limit.within };
      const limit = declared ?? (isDisruptive(action) ? disruptiveLimit : undefined);
      return { text: step.do, action, approvals: step.approvals ?? 0, limit };
    }),
    place,
  };
}

/** What is restarted again and again is not mended by it. */
const disruptiveLimit = { runs: 3, withinSeconds: 3_600 };

type DeclaredRun = Exclude<Declared<'Runbook'>['steps'][number], string>['run'];

function actionOf(run: DeclaredRun): RunbookAction {
  if (run === 'end-session') return { kind: 'end-session' };
  if (run === 'backup') return { kind: 'start-backup' };
  if (run === 'drill') return { kind: 'start-drill' };
  if ('restart' in run) return { kind: 'restart-component', component: run.restart };
  return { kind: 'run-journey', journey: run.journey };
}
