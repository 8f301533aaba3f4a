import { formatAvailability, formatCount } from '../../view/figures.ts';
import type { Measures } from '../../view/resources.ts';

/** Below this the bar is at its left end: nobody reads the rest of the scale. */
const floor = 0.9;

function Bar({ ratio }: { readonly ratio: number }) {
  const share = Math.max(0.01, (ratio - floor) / (1 - floor));
  return (
    <span className="ratio-track" aria-hidden="true">
      <span className={`ratio-bar ${ratio < floor ? 'ratio-bar-low' : ''}`} style={{ width: `${share * 100}%` }} />
    </span>
  );
}

/** Each business service with its share of passed journeys. */
export function Availability({ services }: { readonly services: Measures['services'] }) {
  return (
    <table className="table figures-table">
      <caption className="visually-hidden">Availability by business service</caption>
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col" className="figures-bar">
            90 to 100 %
          </th>
          <th scope="col" className="figure">
            Available
          </th>
          <th scope="col" className="figure">
            Good of all
          </th>
        </tr>
      </thead>
      <tbody>
        {services
          .toSorted((a, b) => (a.ratio ?? 2) - (b.ratio ?? 2))
          .map(({ service, ratio, good, total }) => (
            <tr key={service}>
              <th scope="row">{service}</th>
              <td className="figures-bar">{ratio !== null && <Bar ratio={ratio} />}</td>
              <td className="figure">
                {ratio === null ? <span className="unknown-figure">no runs</span> : <b>{formatAvailability(ratio)}</b>}
              </td>
              <td className="figure quiet">
                {formatCount(good)} of {formatCount(total)}
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
