import { useQuery } from '@tanstack/react-query';
import { latest, quantiles } from '../../data/queries.ts';
import { Section } from '../../parts/section.tsx';
import { type Draught, draughtsOf } from '../../view/draught.ts';
import { formatFigure } from '../../view/figures.ts';
import type { EnvironmentDetail } from '../../view/resources.ts';
import { LoadLinePicture } from './load-line-picture.tsx';
import './load-line.css';

const describe = (value: number | null, unit: string) => (value === null ? 'unknown' : formatFigure(value, unit));

function sentence(draughts: readonly Draught[]): string {
  const deepest = draughts[0];
  if (deepest === undefined || deepest.ratio === null)
    return 'How deep it lies is unknown: nothing is measured against a limit.';
  const share = `${Math.round(deepest.ratio * 100)} % of its limit`;
  if (deepest.ratio > 1) return `Below the line: ${deepest.name.toLowerCase()} is at ${share}.`;
  const known = draughts.filter((each) => each.ratio !== null).length;
  const where =
    known === draughts.length
      ? 'Above the line.'
      : `Above the line in ${known} of ${draughts.length}; the rest is unknown.`;
  return `${where} Deepest: ${deepest.name.toLowerCase()}, at ${share}.`;
}

/** The load line drawn with data: each measure against its limit; the water stands at the deepest. */
export function LoadLine({ detail }: { readonly detail: EnvironmentDetail }) {
  const samples = useQuery(latest(detail.name));
  const latency = useQuery(
    quantiles({ environment: detail.name, metric: 'odoo_request_seconds', hours: 6, stepSeconds: 300 }),
  );
  const draughts = draughtsOf(detail, samples.data?.items ?? [], latency.data?.items ?? []);
  return (
    <Section title="Load line">
      <p className="load-line-sentence">{sentence(draughts)}</p>
      <LoadLinePicture draughts={draughts} />
      <table className="table load-line-table">
        <caption className="visually-hidden">Measures against their limits, deepest first</caption>
        <thead>
          <tr>
            <th scope="col">Measure</th>
            <th scope="col" className="figure">
              Now
            </th>
            <th scope="col" className="figure">
              Limit
            </th>
            <th scope="col" className="figure">
              Draught
            </th>
          </tr>
        </thead>
        <tbody>
          {draughts.map((each) => (
            <tr key={each.name}>
              <th scope="row">{each.name}</th>
              <td className="figure">{describe(each.value, each.unit)}</td>
              <td className="figure">{formatFigure(each.limit, each.unit)}</td>
              <td className={`figure ${(each.ratio ?? 0) > 1 ? 'over-limit' : ''}`}>
                {each.ratio === null ? (
                  <span className="unknown-figure">unknown</span>
                ) : (
                  `${Math.round(each.ratio * 100)} %`
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet load-line-note">
        The line is each measure’s own limit; the water stands at the deepest measure. No capacity model yet: without
        one there are no seasonal lines.
      </p>
    </Section>
  );
}
