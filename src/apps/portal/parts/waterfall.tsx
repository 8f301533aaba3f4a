import { formatSeconds } from '../view/figures.ts';
import type { JourneyRun } from '../view/resources.ts';

/** Steps of a run, each beginning where the one before ended. */
export function Waterfall({ run }: { readonly run: JourneyRun }) {
  const total = Math.max(
    run.steps.reduce((sum, step) => sum + step.durationSeconds, 0),
    0.001,
  );
  let begun = 0;
  return (
    <table className="waterfall">
      <caption className="visually-hidden">
        Steps of {run.journey} on {run.environment}, in order
      </caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Step</th>
          <th scope="col">Share of the run</th>
          <th scope="col">Time</th>
        </tr>
      </thead>
      <tbody>
        {run.steps.map((step) => {
          const left = (begun / total) * 100;
          begun += step.durationSeconds;
          return (
            <tr key={step.name} className={`step-row-${step.outcome}`}>
              <th scope="row">{step.name}</th>
              <td className="waterfall-track">
                <span
                  className={`waterfall-bar step-${step.outcome}`}
                  style={{
                    marginLeft: `${Math.min(left, 96)}%`,
                    ...(step.outcome === 'skipped' ? {} : { width: `${(step.durationSeconds / total) * 100}%` }),
                  }}
                />
                {step.detail !== null && <p>{step.detail}</p>}
              </td>
              <td className="figure">
                {step.outcome === 'passed' ? '' : `${step.outcome} `}
                {step.outcome === 'skipped' ? '' : formatSeconds(step.durationSeconds)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
