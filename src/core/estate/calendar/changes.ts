import type { Change } from '../model.ts';

/** An event of a site's calendar that is on at the instant in question. */
export interface OpenEvent {
  readonly name: string;
  readonly kind: string;
  readonly site: string;
}

export interface ChangeAnswer<Event> {
  readonly isAllowed: boolean;
  /** The events that forbid it. */
  readonly freezes: readonly Event[];
  /** Whether a policy names windows, and none of them is open. */
  readonly isOutsideWindows: boolean;
}

/**
 * Whether an environment may be changed while these events of its own sites are on: not in a freeze, nor in what its
 * policy calls one, and only inside a window where its policy names any. A freeze counts inside a window too.
 */
export function mayChange<Event extends OpenEvent>(
  { windows, freezes }: Pick<Change, 'windows' | 'freezes'>,
  open: readonly Event[],
): ChangeAnswer<Event> {
  const forbidding = open.filter(({ kind, name }) => kind === 'freeze' || freezes.includes(name));
  const isOutsideWindows = windows.length > 0 && !open.some(({ name }) => windows.includes(name));
  return { isAllowed: forbidding.length === 0 && !isOutsideWindows, freezes: forbidding, isOutsideWindows };
}
