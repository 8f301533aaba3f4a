import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { type CloudEvent, cloudEvent, eventTypes } from '../../contract/index.ts';

export type LiveState =
  /** Events arrive; what is on screen is what is. */
  | { readonly kind: 'live' }
  /** No events; the portal asks again every few seconds. */
  | { readonly kind: 'reconnecting' }
  /** Neither events nor answers: what is on screen is old. */
  | { readonly kind: 'stale'; readonly since: Temporal.Instant };

const keysByType: Readonly<Record<CloudEvent['type'], readonly string[]>> = {
  'dev.plimsoll.health.judged': ['overview', 'environment', 'latest', 'series', 'quantiles', 'timeline', 'services'],
  'dev.plimsoll.finding.opened': ['findings', 'overview', 'timeline'],
  'dev.plimsoll.finding.closed': ['findings', 'overview', 'timeline'],
  'dev.plimsoll.journey.finished': ['journeys', 'services', 'environment', 'timeline'],
  'dev.plimsoll.objectives.judged': ['objectives', 'objective'],
  'dev.plimsoll.drill.finished': ['recovery', 'restore-points', 'drills', 'overview', 'timeline'],
  'dev.plimsoll.lifecycle.changed': ['overview', 'environment', 'timeline', 'ledger'],
  'dev.plimsoll.backup.started': ['backups', 'recovery'],
  'dev.plimsoll.backup.progressed': ['backups', 'recovery-tasks'],
  'dev.plimsoll.backup.succeeded': ['backups', 'recovery', 'restore-points', 'overview', 'timeline'],
  'dev.plimsoll.backup.failed': ['backups', 'recovery', 'overview', 'timeline'],
  'dev.plimsoll.backup.cancelled': ['backups', 'recovery', 'overview', 'timeline'],
  'dev.plimsoll.backup.withdrawn': ['backups', 'recovery', 'restore-points'],
  'dev.plimsoll.backup.checked': ['backups', 'recovery', 'copies'],
  'dev.plimsoll.backup.copied': ['copies'],
  'dev.plimsoll.backup.copy-failed': ['copies'],
  'dev.plimsoll.clone.changed': ['clones'],
  'dev.plimsoll.recovery-task.changed': ['recovery-tasks', 'recovery'],
  'dev.plimsoll.recovery-task.progressed': ['recovery-tasks'],
  'dev.plimsoll.alert.changed': ['alerts'],
  'dev.plimsoll.incident.changed': ['incidents', 'alerts', 'timeline'],
  'dev.plimsoll.ledger.appended': ['ledger'],
  'dev.plimsoll.estate.reloaded': [],
};

/** Which cached answers an event makes old; undefined means all of them. */
export function keysTouchedBy(type: CloudEvent['type']): readonly string[] | undefined {
  return type === 'dev.plimsoll.estate.reloaded' ? undefined : keysByType[type];
}

let isConnected = false;
let lastAnswerAt: Temporal.Instant | undefined;
let isAnswering = true;
let state: LiveState = { kind: 'reconnecting' };
const listeners = new Set<() => void>();

function settle(): void {
  const next: LiveState =
    !isAnswering && lastAnswerAt !== undefined
      ? { kind: 'stale', since: lastAnswerAt }
      : { kind: isConnected ? 'live' : 'reconnecting' };
  if (next.kind === state.kind) return;
  state = next;
  for (const listener of listeners) listener();
}

/** Whether what is on screen is current, and since when it is not. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Watches answers come and go: the second witness beside the event stream. */
function watchAnswers(client: QueryClient): () => void {
  return client.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated') return;
    if (event.action.type === 'success') {
      isAnswering = true;
      lastAnswerAt = Temporal.Now.instant();
    }
    // Any answer, even a refusal, shows that the server is there; only silence makes the screen stale.
    if (event.action.type === 'error') isAnswering = event.action.error?.name === 'ApiProblem' && isAnswering;
    if (event.action.type === 'failed') isAnswering = event.action.error?.name === 'ApiProblem' && isAnswering;
    settle();
  });
}

/** Gathers events for a moment, so that a thousand judgements cause one round of questions. */
function createInvalidator(client: QueryClient) {
  const touched = new Set<string>();
  let isEverything = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const all = isEverything;
    const keys = new Set(touched);
    isEverything = false;
    touched.clear();
    void client.invalidateQueries({ predicate: (query) => all || keys.has(String(query.queryKey[0])) });
  };
  return (keys: readonly string[] | undefined) => {
    if (keys === undefined) isEverything = true;
    for (const key of keys ?? []) touched.add(key);
    if (timer === undefined) timer = setTimeout(flush, 400);
  };
}

/** Listens to the server's events and renews what they touch; polls while there are none. Answers how to stop. */
export function startLive(client: QueryClient): () => void {
  const invalidate = createInvalidator(client);
  const stopWatching = watchAnswers(client);
  const source = new EventSource('/api/v1/events');
  const hear = (message: MessageEvent<string>) => {
    const parsed = cloudEvent.safeParse(safeJson(message.data));
    if (parsed.success) invalidate(keysTouchedBy(parsed.data.type));
  };
  source.onmessage = hear;
  for (const type of eventTypes) source.addEventListener(type, hear);
  let wasOpen = false;
  source.onopen = () => {
    isConnected = true;
    // Events may have been missed while the stream was down.
    if (wasOpen) invalidate(undefined);
    wasOpen = true;
    settle();
  };
  source.onerror = () => {
    isConnected = false;
    settle();
  };
  let rounds = 0;
  const poll = setInterval(() => {
    rounds += 1;
    // With events, a slow round guards against a stream that died silently.
    if (!isConnected || rounds % 6 === 0) invalidate(undefined);
  }, 10_000);
  return () => {
    clearInterval(poll);
    source.close();
    stopWatching();
  };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
