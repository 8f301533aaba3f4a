import { formatCount, formatSeconds } from '../../view/figures.ts';
import { latencyByClass } from '../../view/figures-page.ts';
import type { Measures } from '../../view/resources.ts';

type Row = Measures['latency'][number];

/** From p95 to p99 on one scale for all classes: a normal period above, a peak below it. */
function Span({
  row,
  longest,
  isPeak,
}: {
  readonly row: Row | undefined;
  readonly longest: number;
  readonly isPeak: boolean;
}) {
  if (row === undefined) return <span className="span-track span-none" aria-hidden="true" />;
  const at = (seconds: number) => (seconds / longest) * 100;
  return (
    <span className="span-track" aria-hidden="true">
      <span className={`span-p95 ${isPeak ? 'span-peak' : ''}`} style={{ width: `${at(row.p95Seconds)}%` }} />
      <span
        className={`span-p99 ${isPeak ? 'span-peak' : ''}`}
        style={{ width: `${Math.max(0, at(row.p99Seconds) - at(row.p95Seconds))}%` }}
      />
    </span>
  );
}

function Figure({ row, kind }: { readonly row: Row | undefined; readonly kind: 'p95Seconds' | 'p99Seconds' }) {
  return row === undefined ? <span className="quiet">none</span> : formatSeconds(row[kind]);
}

/** p95 and p99 of each transaction class, in normal and in peak periods (MET-02). */
export function Latency({ latency }: { readonly latency: Measures['latency'] }) {
  const classes = latencyByClass(latency);
  const longest = Math.max(0.001, ...latency.map(({ p99Seconds }) => p99Seconds));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <div className="table-scroll" tabIndex={0}>
      <table className="table figures-table">
        <caption className="visually-hidden">Latency by transaction class</caption>
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col" className="figures-bar span-head">
              p95 to p99, 0 to {formatSeconds(longest)}
            </th>
            <th scope="col" className="figure">
              p95
            </th>
            <th scope="col" className="figure">
              p99
            </th>
            <th scope="col" className="figure">
              p95 in peaks
            </th>
            <th scope="col" className="figure">
              p99 in peaks
            </th>
            <th scope="col" className="figure">
              Peaks against normal
            </th>
            <th scope="col" className="figure">
              Requests
            </th>
          </tr>
        </thead>
        <tbody>
          {classes.map(({ name, normal, peak, peakFactor }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="figures-bar span-cell">
                <Span row={normal} longest={longest} isPeak={false} />
                <Span row={peak} longest={longest} isPeak />
              </td>
              <td className="figure">
                <Figure row={normal} kind="p95Seconds" />
              </td>
              <td className="figure">
                <Figure row={normal} kind="p99Seconds" />
              </td>
              <td className="figure">
                <Figure row={peak} kind="p95Seconds" />
              </td>
              <td className="figure">
                <Figure row={peak} kind="p99Seconds" />
              </td>
              <td className="figure">
                {peakFactor === undefined ? <span className="quiet">none</span> : `× ${peakFactor.toFixed(1)}`}
              </td>
              <td className="figure quiet">{formatCount((normal?.count ?? 0) + (peak?.count ?? 0))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="span-legend" aria-hidden="true">
        <li>
          <span className="span-p95" /> normal
        </li>
        <li>
          <span className="span-p95 span-peak" /> in peaks
        </li>
      </ul>
    </div>
  );
}
