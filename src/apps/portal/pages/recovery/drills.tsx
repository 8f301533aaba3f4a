import { useState } from 'react';
import { HealthRing } from '../../parts/health.tsx';
import { Ago, ZonedTime } from '../../parts/times.tsx';
import { formatSeconds } from '../../view/figures.ts';
import type { Drill, Health } from '../../view/resources.ts';

const tones: Readonly<Record<Drill['verdict'], Health>> = {
  verified: 'healthy',
  'not-recoverable': 'unhealthy',
  inconclusive: 'unknown',
};
const words: Readonly<Record<Drill['verdict'], string>> = {
  verified: 'verified',
  'not-recoverable': 'completed, not recoverable',
  inconclusive: 'could not be done',
};

const sum = (drill: Drill) => drill.phases.reduce((total, { seconds }) => total + seconds, 0);

/** Phases side by side, as long as they took, on the scale of the longest drill. */
function PhaseBar({ drill, longest }: { readonly drill: Drill; readonly longest: number }) {
  const total = Math.max(sum(drill), 0.001);
  return (
    <span className="phase-bar" aria-hidden="true" style={{ width: `${Math.max(4, (total / longest) * 100)}%` }}>
      {drill.phases.map(({ phase, seconds }) => (
        <span
          key={phase}
          title={`${phase}, ${formatSeconds(seconds)}`}
          className={`phase phase-${phase}`}
          style={{ flexGrow: Math.max(0.004, seconds / total) }}
        />
      ))}
    </span>
  );
}

function Phases({ drill }: { readonly drill: Drill }) {
  const total = Math.max(sum(drill), 0.001);
  let begun = 0;
  return (
    <table className="phases">
      <caption className="visually-hidden">Phases of the drill, in order</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Phase</th>
          <th scope="col">When in the drill</th>
          <th scope="col">Time</th>
        </tr>
      </thead>
      <tbody>
        {drill.phases.map(({ phase, seconds }) => {
          const left = (begun / total) * 100;
          begun += seconds;
          return (
            <tr key={phase}>
              <th scope="row">{phase}</th>
              <td className="phases-track">
                <span
                  className={`phase phase-${phase}`}
                  style={{ marginLeft: `${Math.min(left, 98)}%`, width: `${(seconds / total) * 100}%` }}
                />
              </td>
              <td className="figure">{formatSeconds(seconds)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Checks({ drill }: { readonly drill: Drill }) {
  const failed = drill.checks.filter(({ outcome }) => outcome === 'failed');
  const warnings = drill.checks.filter(({ outcome }) => outcome === 'warning');
  const passed = drill.checks.filter(({ outcome }) => outcome === 'passed');
  return (
    <>
      {[...failed, ...warnings].map(({ name, outcome, detail, evidence }) => (
        <div key={name} className="check-failed">
          <p>
            <HealthRing health={outcome === 'failed' ? 'unhealthy' : 'degraded'} size={16} /> <b>{name}</b>: {detail}
          </p>
          {evidence.map((culprit) => (
            <p key={culprit} className="quiet">
              {culprit}
            </p>
          ))}
        </div>
      ))}
      {passed.length > 0 && (
        <p className="quiet">
          {passed.length} checks passed: {passed.map(({ name }) => name).join(', ')}
        </p>
      )}
    </>
  );
}

function DrillItem(props: {
  readonly drill: Drill;
  readonly longest: number;
  readonly isOpen: boolean;
  readonly timezone: string;
}) {
  const { drill, longest, isOpen } = props;
  const [isShown, setShown] = useState(isOpen);
  return (
    <li className={`drill drill-${drill.verdict}`}>
      <details open={isShown} onToggle={(event) => setShown(event.currentTarget.open)}>
        <summary>
          <span className="drill-verdict">
            <HealthRing health={tones[drill.verdict]} /> {words[drill.verdict]}
          </span>
          <PhaseBar drill={drill} longest={longest} />
          <span className="figure">{formatSeconds(sum(drill))}</span>
          <span className="drill-when">
            <Ago at={drill.finishedAt} />
          </span>
        </summary>
        {isShown && (
          <div className="drill-detail">
            <p>
              <ZonedTime at={drill.startedAt} timezone={props.timezone} />, of the backup <code>{drill.backup}</code>.{' '}
              {drill.verdict === 'verified' &&
                drill.rpoAchievedSeconds !== null &&
                `RPO achieved ${formatSeconds(drill.rpoAchievedSeconds)}. `}
              {drill.rtoAchievedSeconds !== null && `RTO achieved ${formatSeconds(drill.rtoAchievedSeconds)}.`}
            </p>
            {drill.reasons.map((reason) => (
              <p key={reason} className="drill-reason">
                {reason}
              </p>
            ))}
            <Phases drill={drill} />
            <Checks drill={drill} />
          </div>
        )}
      </details>
    </li>
  );
}

/** Drills, newest first: verdict, phases on one scale, and everything that was looked at on opening. */
export function Drills({ drills, timezone }: { readonly drills: readonly Drill[]; readonly timezone: string }) {
  const longest = Math.max(1, ...drills.map(sum));
  const opened = drills.find(({ verdict }) => verdict !== 'inconclusive')?.id;
  return (
    <ul className="drills">
      {drills.map((drill) => (
        <DrillItem key={drill.id} drill={drill} longest={longest} isOpen={drill.id === opened} timezone={timezone} />
      ))}
    </ul>
  );
}
