import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { HealthRing } from '../../parts/health.tsx';
import { Ago, LocalTime } from '../../parts/times.tsx';
import { Waterfall } from '../../parts/waterfall.tsx';
import { formatSeconds } from '../../view/figures.ts';
import type { Health, JourneyRun } from '../../view/resources.ts';

const tones: Readonly<Record<JourneyRun['outcome'], Health>> = {
  passed: 'healthy',
  failed: 'unhealthy',
  unknown: 'unknown',
  refused: 'unknown',
};

function Bar({ run, longest }: { readonly run: JourneyRun; readonly longest: number }) {
  const total = Math.max(run.durationSeconds, 0.001);
  const share = Math.max(0.06, Math.min(1, total / Math.max(longest, 0.001)));
  return (
    <span className="run-bar" aria-hidden="true" style={{ width: `${share * 100}%` }}>
      {run.steps.map((step) => (
        <span
          key={step.name}
          className={`step-${step.outcome}`}
          style={{ flexGrow: Math.max(0.004, step.durationSeconds / total) }}
        />
      ))}
    </span>
  );
}

/** One run: its outcome and length in a line, its steps on opening. */
export function JourneyRunItem(props: {
  readonly run: JourneyRun;
  readonly isOpen: boolean;
  readonly longest: number;
}) {
  const { run, isOpen } = props;
  const [isShown, setShown] = useState(isOpen);
  return (
    <li className={`run run-${run.outcome}`}>
      <details open={isShown} onToggle={(event) => setShown(event.currentTarget.open)}>
        <summary>
          <span className="run-outcome">
            <HealthRing health={tones[run.outcome]} /> {run.outcome}
          </span>
          <span className="run-name">
            <b>{run.journey}</b> on {run.environment}
          </span>
          <Bar run={run} longest={props.longest} />
          <span className="figure">{formatSeconds(run.durationSeconds)}</span>
          <span className="run-when">
            <Ago at={run.startedAt} />
          </span>
        </summary>
        {isShown && (
          <div className="run-detail">
            {run.reason !== null && <p className="run-reason">{run.reason}</p>}
            <Waterfall run={run} />
            <p className="quiet">
              Started <LocalTime at={run.startedAt} />. Proves {run.services.join(', ') || 'no declared service'}.{' '}
              <Link to="/environments/$name" params={{ name: run.environment }}>
                Look at {run.environment}
              </Link>
            </p>
          </div>
        )}
      </details>
    </li>
  );
}
