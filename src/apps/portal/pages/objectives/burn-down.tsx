import { useId } from 'react';
import { burnDownOf, formatBudget } from '../../view/objectives.ts';
import type { ObjectiveDetail } from '../../view/resources.ts';

function sentence(detail: ObjectiveDetail): string {
  const left = formatBudget(detail.budgetRemaining);
  const gaps = detail.gaps.length === 0 ? '' : ` Of ${detail.gaps.length} stretches nothing is known.`;
  const excluded = detail.excluded.length === 0 ? '' : ` ${detail.excluded.length} agreed windows do not count.`;
  return `What is left of the budget over ${detail.window.name}: ${left} now.${gaps}${excluded}`;
}

/** The budget as it burned, with what is not known hatched and what is agreed shaded. */
export function BurnDown({ detail }: { readonly detail: ObjectiveDetail }) {
  const id = useId();
  const picture = burnDownOf(detail);
  if (picture === undefined) return <p className="quiet">Its past begins with the first hour that is judged.</p>;
  const { width, height, lines, bands, zeroY, lowest, times } = picture;
  return (
    <figure className="burn-down" aria-labelledby={id}>
      <figcaption id={id}>{sentence(detail)}</figcaption>
      <div className="burn-down-frame">
        <div className="burn-down-axis" aria-hidden="true">
          <span>100 %</span>
          <span style={{ top: `${(zeroY / height) * 100}%` }}>0 %</span>
          {lowest < -0.25 && <span className="burn-down-lowest">{formatBudget(lowest)}</span>}
        </div>
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          <defs>
            <pattern
              id="burn-down-hatch"
              width="6"
              height="6"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <path d="M0 0V6" className="burn-down-hatch" />
            </pattern>
          </defs>
          {bands.map((band) => (
            <rect
              key={`${band.kind} ${band.x}`}
              x={band.x}
              y={0}
              width={band.width}
              height={height}
              className={`burn-down-${band.kind}`}
            />
          ))}
          {times.map(({ ratio }) => (
            <path key={ratio} d={`M${ratio * width} 0V${height}`} className="burn-down-time" />
          ))}
          <path d={`M0 ${zeroY}H${width}`} className="burn-down-zero" />
          {lines.map((line) => (
            <path key={line.slice(0, 24)} d={line} className="burn-down-line" />
          ))}
        </svg>
        <div className="burn-down-times" aria-hidden="true">
          {times.map(({ ratio, text }) => (
            <span key={ratio} className={ratio > 0.88 ? 'burn-down-late' : ''} style={{ left: `${ratio * 100}%` }}>
              {text}
            </span>
          ))}
        </div>
      </div>
      <ul className="burn-down-legend">
        <li className="burn-down-key-line">budget left</li>
        {detail.gaps.length > 0 && <li className="burn-down-key-gap">nothing is known</li>}
        {detail.excluded.length > 0 && <li className="burn-down-key-excluded">agreed, does not count</li>}
      </ul>
    </figure>
  );
}
