import type { Seconds } from '../kernel/index.ts';
import type { Place, PlainOrSecret } from './place.ts';

/** Somebody who can be reached. */
export interface Person {
  readonly name: string;
  readonly email: string | undefined;
}

/** A shift of an on-call schedule: an iCalendar rule in the schedule's zone, taken in turn by its people. */
export interface Shift {
  readonly members: readonly string[];
  readonly rule: string;
  readonly lastsSeconds: Seconds;
  /** How much of it was declared in days: days on the wall. */
  readonly lastsDays: number;
  /** How often the next of its people takes over. */
  readonly rotate: 'daily' | 'weekly';
}

export interface OnCall {
  readonly timezone: string;
  readonly shifts: readonly Shift[];
}

/** Hours of the day in which nobody is disturbed for what can wait. */
export interface QuietHours {
  /** Minutes after midnight. */
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly timezone: string;
}

/** Which alerts go out on a channel. */
export type Urgency = 'page' | 'ticket';

export interface Team {
  readonly name: string;
  readonly title: string;
  readonly contact: string | undefined;
  readonly people: readonly Person[];
  readonly onCall: OnCall | undefined;
  readonly quietHours: QuietHours | undefined;
  readonly notify: readonly { readonly channel: string; readonly urgencies: readonly Urgency[] }[];
  /** How long a page may wait for somebody to say that they have it. */
  readonly escalateAfterSeconds: Seconds;
  /** The same for a ticket; `undefined` where tickets stay with the team. */
  readonly escalateTicketsAfterSeconds: Seconds | undefined;
  /** Whom to call next, in order. */
  readonly escalateTo: readonly string[];
  readonly place: Place;
}

/** A way to reach people or machines. */
export type ChannelWay =
  | {
      readonly kind: 'email';
      readonly host: PlainOrSecret;
      readonly port: number;
      readonly security: 'none' | 'starttls' | 'tls';
      readonly from: string;
      readonly login: PlainOrSecret | undefined;
      readonly password: PlainOrSecret | undefined;
    }
  | {
      readonly kind: 'webhook' | 'slack' | 'teams';
      readonly url: PlainOrSecret;
      readonly token: PlainOrSecret | undefined;
    }
  | { readonly kind: 'alertmanager'; readonly url: PlainOrSecret; readonly token: PlainOrSecret | undefined };

/** Whom a channel tells about incidents, besides the team that it belongs to. */
export interface Tells {
  readonly audience: 'users' | 'customers' | 'management';
  /** Addresses, for mail. */
  readonly to: readonly string[];
  /** Only about environments of these tenants; about any where none is named. */
  readonly tenants: readonly string[];
}

export interface Channel {
  readonly name: string;
  readonly way: ChannelWay;
  /** `undefined` for a channel that only calls teams. */
  readonly tells?: Tells | undefined;
  readonly place: Place;
}

/** What a runbook's step does when it is not done by hand. */
export type RunbookAction =
  | { readonly kind: 'run-journey'; readonly journey: string }
  | { readonly kind: 'restart-component'; readonly component: RunningComponent }
  /** The session that the alerts of the incident name as the one that holds up the others. */
  | { readonly kind: 'end-session' }
  | { readonly kind: 'start-backup' }
  | { readonly kind: 'start-drill' };

/** Whether an action takes something from who works at the moment: then it is a change like any other. */
export const isDisruptive = ({ kind }: RunbookAction): boolean =>
  kind === 'restart-component' || kind === 'end-session';

/** Process classes that a runbook may restart. */
export const runningComponents = ['postgres', 'web', 'gevent', 'cron'] as const;
export type RunningComponent = (typeof runningComponents)[number];

/** How often an action may run in one environment, whichever incident asks for it. */
export interface RunLimit {
  readonly runs: number;
  readonly withinSeconds: Seconds;
}

export interface RunbookStep {
  readonly text: string;
  /** `undefined` for a step that a person does. */
  readonly action: RunbookAction | undefined;
  /** How many others must agree before the action runs. */
  readonly approvals: number;
  /** `undefined` where it may run as often as somebody asks. */
  readonly limit: RunLimit | undefined;
}

export interface Runbook {
  readonly name: string;
  readonly title: string;
  /** Codes of reasons, findings and alerts that it answers. */
  readonly when: readonly string[];
  readonly services: readonly string[];
  readonly owner: string | undefined;
  readonly steps: readonly RunbookStep[];
  readonly place: Place;
}
