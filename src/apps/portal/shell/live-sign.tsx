import { useLiveState } from '../data/live.ts';
import { wallTime } from '../view/zoned.ts';

/** Says whether what is on screen is what is. */
export function LiveSign() {
  const state = useLiveState();
  const words =
    state.kind === 'live'
      ? 'Live'
      : state.kind === 'reconnecting'
        ? 'Reconnecting, asking every 10 s'
        : `Stale since ${wallTime(state.since, Temporal.Now.timeZoneId())}`;
  return (
    <p className={`live live-${state.kind}`} role="status">
      <span className="live-dot" aria-hidden="true" />
      {words}
    </p>
  );
}
