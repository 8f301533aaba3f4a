import { HealthRing } from '../../parts/health.tsx';
import { TimeLeftClock } from '../../parts/times.tsx';
import type { BoardRow as Row } from '../../view/board.ts';
import { formatCount } from '../../view/figures.ts';
import { instantOf } from '../../view/time.ts';
import { utcLabel } from '../../view/zoned.ts';

function Due({ row }: { readonly row: Row }) {
  if (!row.isNext || row.dueCount === null) {
    return <p className="board-due">{row.isNext && <span title={row.notCounted}>due not counted</span>}</p>;
  }
  return (
    <p className="board-due">
      <b>{formatCount(row.dueCount)}</b>
      <span>due before it</span>
      {(row.lateCount ?? 0) > 0 && <span className="board-late">{formatCount(row.lateCount ?? 0)} late</span>}
    </p>
  );
}

/** One cut-off: how long still, what, where, how much work, and in what state. */
export function BoardRow({ row }: { readonly row: Row }) {
  return (
    <li className={`board-row board-row-${row.isNext ? row.health : 'later'}`}>
      <p className="board-left">
        <TimeLeftClock until={row.at} />
      </p>
      <div className="board-what">
        <p className="board-name">
          {row.name} <span>{row.site}</span>
        </p>
        <p className="board-when">
          <time dateTime={row.at}>{row.localLabel}</time>
          <span>{utcLabel(instantOf(row.at)).slice(11, 16)} UTC</span>
        </p>
        {row.isNext && row.notCounted !== undefined && <p className="board-when">{row.notCounted}</p>}
        {row.forecast !== undefined && (
          <p className={row.forecast.warns ? 'board-miss' : 'board-when'}>{row.forecast.words}</p>
        )}
        {row.reason !== undefined && <p className="board-reason">{row.reason}</p>}
      </div>
      <Due row={row} />
      <p className="board-state">
        {row.isNext && <HealthRing health={row.health} size={44} />}
        <span>{row.word}</span>
      </p>
    </li>
  );
}
