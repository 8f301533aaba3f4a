import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { isPermitted, type Permission } from '../../core/access/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { Caller } from '../../ports/access.ts';
import type { StoredEvent } from '../../ports/store.ts';
import { type CloudEvent, eventTypes } from '../contract/index.ts';
import { authorize } from './authorize.ts';
import type { ServerDeps } from './deps.ts';
import { iso } from './views/format.ts';

type EventType = (typeof eventTypes)[number];

/** Who may hear what: the same permission that reading it needs. */
const permissionByType: Readonly<Record<EventType, Permission>> = {
  'dev.plimsoll.health.judged': 'estate:read',
  'dev.plimsoll.finding.opened': 'findings:read',
  'dev.plimsoll.finding.closed': 'findings:read',
  'dev.plimsoll.journey.finished': 'journeys:read',
  'dev.plimsoll.drill.finished': 'estate:read',
  'dev.plimsoll.objectives.judged': 'estate:read',
  'dev.plimsoll.lifecycle.changed': 'estate:read',
  'dev.plimsoll.backup.started': 'backups:read',
  'dev.plimsoll.backup.progressed': 'backups:read',
  'dev.plimsoll.backup.succeeded': 'backups:read',
  'dev.plimsoll.backup.failed': 'backups:read',
  'dev.plimsoll.backup.cancelled': 'backups:read',
  'dev.plimsoll.backup.withdrawn': 'backups:read',
  'dev.plimsoll.backup.checked': 'backups:read',
  'dev.plimsoll.backup.copied': 'backups:read',
  'dev.plimsoll.backup.copy-failed': 'backups:read',
  'dev.plimsoll.clone.changed': 'backups:read',
  'dev.plimsoll.recovery-task.changed': 'backups:read',
  'dev.plimsoll.recovery-task.progressed': 'backups:read',
  'dev.plimsoll.alert.changed': 'alerts:read',
  'dev.plimsoll.incident.changed': 'alerts:read',
  'dev.plimsoll.ledger.appended': 'ledger:read',
  'dev.plimsoll.estate.reloaded': 'estate:read',
};

const heartbeatSeconds = 15;
/** Slow: notifications wake a stream at once; this is for the one that got lost. */
const pollSeconds = 5;
const pageSize = 200;
const mostStreams = 500;

/** The event as a CloudEvent; `undefined` for a type that is not part of the contract. */
export function toCloudEvent(event: StoredEvent): CloudEvent | undefined {
  const type = eventTypes.find((each) => each === event.type);
  if (type === undefined) return undefined;
  return {
    specversion: '1.0',
    id: String(event.id),
    source: '/plimsoll',
    type,
    time: iso(event.at),
    subject: event.subject,
    datacontenttype: 'application/json',
    data: { ...event.data },
  };
}

/** Where a stream begins: after the last event that the client says it has seen, else now. */
async function startOf(
  deps: ServerDeps,
  lastEventId: string | undefined,
): Promise<{ cursor: number; hasGap: boolean }> {
  const { oldestId, newestId } = await deps.store.events.bounds();
  if (lastEventId === undefined || !/^\d{1,15}$/.test(lastEventId)) return { cursor: newestId, hasGap: false };
  const seen = Number(lastEventId);
  // Forgotten meanwhile, or of another database: the client must ask anew for everything.
  const hasGap = seen > newestId || seen < oldestId - 1;
  return { cursor: hasGap ? newestId : seen, hasGap };
}

/** Sleeps until it is woken or the time is over. A wake-up that comes before the wait is not lost. */
function createAlarm() {
  let isRung = false;
  let ring: () => void = () => {};
  return {
    ring: (): void => {
      isRung = true;
      ring();
    },
    wait: async (seconds: number): Promise<void> => {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, seconds * 1_000);
          ring = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isRung = false;
    },
  };
}

interface Stream {
  writeSSE(message: { readonly data: string; readonly id?: string; readonly event?: string }): Promise<void>;
  write(text: string): Promise<unknown>;
}

/** Writes what the caller may hear after the cursor; answers the new cursor and whether more is waiting. */
async function writePage(deps: ServerDeps, stream: Stream, caller: Caller, cursor: number) {
  const page = await deps.store.events.read({ afterId: cursor, limit: pageSize });
  for (const event of page) {
    const cloudEvent = toCloudEvent(event);
    if (cloudEvent === undefined || !isPermitted(caller.role, permissionByType[cloudEvent.type])) continue;
    await stream.writeSSE({ id: cloudEvent.id, data: JSON.stringify(cloudEvent) });
  }
  return { cursor: page.at(-1)?.id ?? cursor, hasMore: page.length === pageSize };
}

async function begin(stream: Stream, start: { readonly cursor: number; readonly hasGap: boolean }): Promise<void> {
  if (start.hasGap) await stream.writeSSE({ event: 'reset', data: '{}', id: String(start.cursor) });
  else await stream.write(': connected\n\n');
}

/** Writes events until it is over. At each heartbeat the right to listen is looked at again. */
async function pump(
  deps: ServerDeps,
  stream: Stream,
  state: {
    readonly request: Request;
    readonly first: Caller;
    readonly cursor: number;
    readonly alarm: ReturnType<typeof createAlarm>;
    readonly isOver: () => boolean;
  },
): Promise<void> {
  let { cursor } = state;
  let caller: Caller | undefined = state.first;
  let beatAt = performance.now();
  while (!state.isOver() && caller !== undefined) {
    const page = await writePage(deps, stream, caller, cursor);
    cursor = page.cursor;
    if (page.hasMore) continue;
    if (performance.now() - beatAt > heartbeatSeconds * 1_000) {
      beatAt = performance.now();
      await stream.write(': heartbeat\n\n');
      // A revoked token or an ended session does not go on listening.
      caller = await authorize(deps.access, 'estate:read', state.request).catch(() => undefined);
    }
    await state.alarm.wait(pollSeconds);
  }
}

/** Answers `/api/v1/events` until the client leaves, the caller loses the right, or the server stops. */
export function createEventStreams(deps: ServerDeps, stopping: AbortSignal) {
  let open = 0;
  return async (context: Context, first: Caller): Promise<Response> => {
    if (open >= mostStreams) throw new Fault('RATE_LIMITED', `${mostStreams} event streams are open already.`);
    const start = await startOf(deps, context.req.header('last-event-id'));
    context.header('cache-control', 'no-store');
    context.header('x-accel-buffering', 'no');
    return streamSSE(context, async (stream) => {
      open += 1;
      const alarm = createAlarm();
      let isOver = stopping.aborted;
      const end = (): void => {
        isOver = true;
        alarm.ring();
      };
      const stopListening = deps.onEvents(alarm.ring);
      stream.onAbort(end);
      stopping.addEventListener('abort', end, { once: true });
      try {
        await begin(stream, start);
        const { cursor } = start;
        await pump(deps, stream, { request: context.req.raw, first, cursor, alarm, isOver: () => isOver });
      } finally {
        open -= 1;
        stopListening();
        stopping.removeEventListener('abort', end);
      }
    });
  };
}
