import type { KeyboardEvent, PointerEvent } from 'react';
import { useCoarseNow } from '../../data/clock.ts';
import { dayTicks, nearestPoint, shareOf } from '../../view/recovery.ts';
import type { RestorePoint } from '../../view/resources.ts';
import { instantOf } from '../../view/time.ts';
import { dateLabel, zonedLabel } from '../../view/zoned.ts';

const pageOf = 7;
/** From so many points on their heads would touch: only those that a drill has tried keep theirs. */
const denseFrom = 60;

/** How a point is said, by a screen reader and under the line. */
export function pointWords(point: RestorePoint, now: Temporal.Instant, timezone: string): string {
  const proof =
    point.proof === null
      ? 'not drilled'
      : point.proof.state === 'verified'
        ? 'verified by a drill'
        : 'a drill did not bring it back';
  return `${zonedLabel(instantOf(point.consistentAt), now, timezone)}, ${point.method} ${point.kind}, ${proof}`;
}

function steps(event: KeyboardEvent, index: number, last: number): number | undefined {
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return index - 1;
    case 'ArrowRight':
    case 'ArrowUp':
      return index + 1;
    case 'PageDown':
      return index - pageOf;
    case 'PageUp':
      return index + pageOf;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

function classOf(point: RestorePoint, isChosen: boolean): string {
  const proof = point.proof === null ? 'untried' : point.proof.state;
  return `point point-${point.kind} point-${proof} ${isChosen ? 'point-chosen' : ''}`;
}

/**
 * Restore points on a line of time. The stretches in which any second can be reached lie on it as a band. One slider for
 * keyboard and screen reader, the whole line for a pointer.
 */
export function RestoreLine(props: {
  readonly points: readonly RestorePoint[];
  readonly chosen: RestorePoint;
  readonly timezone: string;
  readonly onChoose: (id: string) => void;
}) {
  const { points, chosen, timezone } = props;
  const now = useCoarseNow(60);
  const from = instantOf(points[0]?.consistentAt ?? chosen.consistentAt);
  const index = points.findIndex(({ id }) => id === chosen.id);
  const at = (instant: string) => `${(shareOf(instantOf(instant), from, now) * 100).toFixed(3)}%`;
  const choose = (next: number) => {
    const point = points[Math.max(0, Math.min(points.length - 1, next))];
    if (point !== undefined) props.onChoose(point.id);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const point = nearestPoint(points, (event.clientX - left) / width, from, now);
    if (point !== undefined) props.onChoose(point.id);
  };
  return (
    <div className={`restore-line ${points.length > denseFrom ? 'restore-dense' : ''}`}>
      <div
        role="slider"
        tabIndex={0}
        className="restore-track"
        aria-label="Restore point"
        aria-valuemin={1}
        aria-valuemax={points.length}
        aria-valuenow={index + 1}
        aria-valuetext={pointWords(chosen, now, timezone)}
        onPointerDown={onPointerDown}
        onKeyDown={(event) => {
          const next = steps(event, index, points.length - 1);
          if (next === undefined) return;
          event.preventDefault();
          choose(next);
        }}
      >
        {points.map(
          (point) =>
            point.reachesUntil !== null && (
              <span
                key={`to ${point.id}`}
                className="restore-stretch"
                style={{
                  left: at(point.consistentAt),
                  width: `calc(${at(point.reachesUntil)} - ${at(point.consistentAt)})`,
                }}
              />
            ),
        )}
        {points.map((point) => (
          <span
            key={point.id}
            className={classOf(point, point.id === chosen.id)}
            style={{ left: at(point.consistentAt) }}
          />
        ))}
        <span className="restore-now" aria-hidden="true" />
      </div>
      <div className="restore-days" aria-hidden="true">
        {dayTicks(from, now, timezone, 6)
          .filter((tick) => shareOf(tick, from, now) < 0.92)
          .map((tick) => (
            <span key={tick.epochMilliseconds} style={{ left: `${shareOf(tick, from, now) * 100}%` }}>
              {dateLabel(tick.toZonedDateTimeISO(timezone).toPlainDate())}
            </span>
          ))}
        <span className="restore-days-now">now</span>
      </div>
    </div>
  );
}
