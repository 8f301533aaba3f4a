import { useId, useState } from 'react';
import { ZonedTime } from '../../parts/times.tsx';
import { formatSeconds } from '../../view/figures.ts';
import { dayTicks, roundLength, shareOf } from '../../view/recovery.ts';
import type { Recovery } from '../../view/resources.ts';
import { instantOf } from '../../view/time.ts';
import { dateLabel } from '../../view/zoned.ts';

type Point = Recovery['trend'][number];
type Kind = 'rpoSeconds' | 'rtoSeconds';

const width = 400;
const height = 204;
const left = 60;
const right = 8;
const top = 30;
const bottom = 172;

const verdictWords = {
  verified: 'came back',
  'not-recoverable': 'did not come back',
  inconclusive: 'could not be done',
};

/** Steps that people count time in. */
const stepsSeconds = [10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800];

/** The levels of the scale: at most five, in steps that people count in, the last above everything there is. */
export function levelsOf(highestSeconds: number): readonly number[] {
  const step =
    stepsSeconds.find((each) => highestSeconds / each <= 4.6) ?? Math.ceil(highestSeconds / 4 / 86_400) * 86_400;
  return Array.from({ length: Math.ceil(highestSeconds / step) }, (_, index) => (index + 1) * step);
}

function Mark(props: { readonly x: number; readonly y: number; readonly point: Point; readonly isMissed: boolean }) {
  const { x, y, point, isMissed } = props;
  if (point.verdict === 'inconclusive') return <circle className="reach-unknown" cx={x} cy={bottom} r="5" />;
  if (point.verdict === 'not-recoverable') {
    return <path className="reach-lost" d={`M${x - 5} ${top - 17}l10 10m0 -10l-10 10`} />;
  }
  return <circle className={isMissed ? 'reach-missed' : 'reach-met'} cx={x} cy={y} r="5" />;
}

function Picture(props: {
  readonly points: readonly Point[];
  readonly kind: Kind;
  readonly target: number | null;
  readonly timezone: string;
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}) {
  const { points, kind, target, from, to } = props;
  const levels = levelsOf(Math.max(30, (target ?? 0) * 1.12, ...points.map((point) => (point[kind] ?? 0) * 1.05)));
  const ceiling = levels.at(-1) ?? 30;
  const x = (at: Temporal.Instant) => left + 8 + shareOf(at, from, to) * (width - left - right - 16);
  const y = (seconds: number) => bottom - (seconds / ceiling) * (bottom - top);
  const shown = points.filter((point) => point.verdict === 'verified' && point[kind] !== null);
  const path = shown.map(
    (point, index) =>
      `${index === 0 ? 'M' : 'L'}${x(instantOf(point.at)).toFixed(1)} ${y(point[kind] ?? 0).toFixed(1)}`,
  );
  return (
    <svg className="reach" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {levels.map((level) => (
        <g key={level}>
          <path className="reach-grid" d={`M${left} ${y(level)}H${width - right}`} />
          <text className="reach-label" x={left - 8} y={y(level) + 4} textAnchor="end">
            {roundLength(level)}
          </text>
        </g>
      ))}
      <path className="reach-floor" d={`M${left} ${bottom}H${width - right}`} />
      {dayTicks(from, to, props.timezone, 4).map((tick) => (
        <text key={tick.epochMilliseconds} className="reach-label" x={x(tick)} y={height - 10} textAnchor="middle">
          {dateLabel(tick.toZonedDateTimeISO(props.timezone).toPlainDate()).slice(4)}
        </text>
      ))}
      <path className="reach-path" d={path.join('')} />
      {target !== null && (
        <>
          <path className="reach-target" d={`M${left} ${y(target)}H${width - right}`} />
          <text className="reach-target-label" x={width - right} y={y(target) - 6} textAnchor="end">
            target {roundLength(target)}
          </text>
        </>
      )}
      {points.map((point) => (
        <Mark
          key={point.drill}
          x={x(instantOf(point.at))}
          y={y(point[kind] ?? 0)}
          point={point}
          isMissed={target !== null && (point[kind] ?? 0) > target}
        />
      ))}
    </svg>
  );
}

function Values(props: {
  readonly points: readonly Point[];
  readonly kind: Kind;
  readonly caption: string;
  readonly timezone: string;
}) {
  const { points, kind, caption, timezone } = props;
  return (
    <table className="table">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Drill</th>
          <th scope="col">Verdict</th>
          <th scope="col" className="figure">
            Achieved
          </th>
        </tr>
      </thead>
      <tbody>
        {points.toReversed().map((point) => (
          <tr key={point.drill}>
            <th scope="row">
              <ZonedTime at={point.at} timezone={timezone} />
            </th>
            <td>{verdictWords[point.verdict]}</td>
            <td className="figure">
              {point.verdict === 'verified' && point[kind] !== null ? formatSeconds(point[kind]) : 'none'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What drills achieved over time against the target, as a picture, a sentence, and a table on request. */
export function AchievementChart(props: {
  readonly name: 'RPO' | 'RTO';
  readonly meaning: string;
  readonly recovery: Recovery;
  readonly timezone: string;
}) {
  const { name, recovery, timezone } = props;
  const [isTable, setTable] = useState(false);
  const id = useId();
  const kind: Kind = name === 'RPO' ? 'rpoSeconds' : 'rtoSeconds';
  const target = name === 'RPO' ? recovery.rpoTargetSeconds : recovery.rtoTargetSeconds;
  const points = recovery.trend;
  const back = points.filter(({ verdict }) => verdict === 'verified');
  const met = back.filter((point) => target === null || (point[kind] ?? 0) <= target).length;
  const conclusive = points.filter(({ verdict }) => verdict !== 'inconclusive').length;
  const against =
    target === null
      ? `${back.length} came back; no target is declared`
      : `${met} of ${conclusive} kept the target of ${roundLength(target)}`;
  const sentence = `${props.meaning}: ${against}.`;
  const first = points[0];
  return (
    <figure className="reach-figure" aria-labelledby={id}>
      <div className="reach-head">
        <h3>{name} achieved</h3>
        <button type="button" className="button-plain" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? 'Show the chart' : 'Show as a table'}
          <span className="visually-hidden"> {name}</span>
        </button>
      </div>
      <figcaption id={id} className="chart-summary">
        {sentence}
      </figcaption>
      {isTable ? (
        <Values points={points} kind={kind} caption={sentence} timezone={timezone} />
      ) : (
        <Picture
          points={points}
          kind={kind}
          target={target}
          timezone={timezone}
          from={instantOf(first?.at ?? recovery.rates.from)}
          to={instantOf(recovery.rates.to)}
        />
      )}
    </figure>
  );
}
