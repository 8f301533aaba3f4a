import { useCoarseNow } from '../../data/clock.ts';
import { formatCount } from '../../view/figures.ts';
import { figureStaleAfterSeconds } from '../../view/judgement.ts';
import type { EnvironmentSummary } from '../../view/resources.ts';
import { formatAge, instantOf, secondsBetween } from '../../view/time.ts';

function Figure(props: { readonly name: string; readonly value: number | null; readonly isAlarming?: boolean }) {
  return (
    <div className={props.isAlarming === true && (props.value ?? 0) > 0 ? 'backlog-alarming' : ''}>
      <dt>{props.name}</dt>
      <dd>{props.value === null ? <span className="unknown-figure">unknown</span> : formatCount(props.value)}</dd>
    </div>
  );
}

/** Pickings open, late, and due before the next cut-off; figures that have gone old read as unknown. */
export function BacklogFigures({ backlog }: { readonly backlog: EnvironmentSummary['backlog'] }) {
  const now = useCoarseNow();
  const age =
    backlog.measuredAt === null ? Number.POSITIVE_INFINITY : secondsBetween(instantOf(backlog.measuredAt), now);
  const isOld = age > figureStaleAfterSeconds;
  if (isOld || (backlog.openCount === null && backlog.lateCount === null)) {
    return (
      <p className="backlog-unknown">
        <span className="row-label">Backlog</span>
        <span className="unknown-figure">
          {Number.isFinite(age) ? `unknown for ${formatAge(age)}` : 'not measured'}
        </span>
      </p>
    );
  }
  return (
    <dl className="backlog" title={`Pickings, measured ${formatAge(age)} ago`}>
      <Figure name="open" value={backlog.openCount} />
      <Figure name="late" value={backlog.lateCount} isAlarming />
      <Figure name="due before the cut-off" value={backlog.dueBeforeNextCutOffCount} />
    </dl>
  );
}
