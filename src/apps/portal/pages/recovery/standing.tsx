import type { ReactNode } from 'react';
import { useCoarseNow } from '../../data/clock.ts';
import { HealthRing, HealthWord } from '../../parts/health.tsx';
import { ZonedTime } from '../../parts/times.tsx';
import { formatAvailability } from '../../view/figures.ts';
import {
  achievedText,
  achievementTones,
  roundLength,
  standingSentence,
  stateWords,
  worstAchievement,
} from '../../view/recovery.ts';
import type { Recovery } from '../../view/resources.ts';

function Cell({
  title,
  children,
  tone,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly tone?: string;
}) {
  return (
    <div className={`standing-cell ${tone === undefined ? '' : `standing-${tone}`}`}>
      <h2 className="standing-title">{title}</h2>
      {children}
    </div>
  );
}

function Achieved({ recovery, kind }: { readonly recovery: Recovery; readonly kind: 'rpo' | 'rto' }) {
  const worst = worstAchievement(recovery, kind);
  if (worst === undefined) return <p className="quiet">No objective is declared.</p>;
  return (
    <>
      <p className="standing-figure">{achievedText(worst)}</p>
      <p className="standing-verdict">
        <HealthWord health={achievementTones[worst.verdict]}>{worst.verdict.replace('-', ' ')}</HealthWord>
        {worst.targetSeconds !== null && <span className="quiet">target {roundLength(worst.targetSeconds)}</span>}
      </p>
    </>
  );
}

const percent = (ratio: number | null): string => (ratio === null ? 'none yet' : formatAvailability(ratio));

/** The answer first: how it stands, what was achieved against target, and the two rates that must not be mixed up. */
export function Standing({ recovery, timezone }: { readonly recovery: Recovery; readonly timezone: string }) {
  const now = useCoarseNow(60);
  const { word, tone } = stateWords[recovery.state];
  const { rates } = recovery;
  return (
    <div className="standing">
      <Cell title="Can it be recovered?" tone={tone}>
        <p className="standing-word">
          <HealthRing health={tone} size={34} />
          {word}
        </p>
        <p>{standingSentence(recovery, now)}</p>
        {recovery.state === 'verified' && recovery.proofExpiresAt !== null && (
          <p className="quiet">
            Counts until <ZonedTime at={recovery.proofExpiresAt} timezone={timezone} />
          </p>
        )}
        {recovery.state !== 'verified' && recovery.lastVerifiedAt !== null && (
          <p className="quiet">
            Last verified <ZonedTime at={recovery.lastVerifiedAt} timezone={timezone} />
          </p>
        )}
      </Cell>
      <Cell title="RPO achieved">
        <Achieved recovery={recovery} kind="rpo" />
      </Cell>
      <Cell title="RTO achieved">
        <Achieved recovery={recovery} kind="rto" />
      </Cell>
      <Cell title="Rates, 90 days">
        <dl className="standing-rates">
          <div>
            <dt>Backups that succeeded</dt>
            <dd>{percent(rates.successRatio)}</dd>
            <dd className="quiet">
              {rates.succeeded} of {rates.attempts}
            </dd>
          </div>
          <div>
            <dt>Drilled and came back</dt>
            <dd>{percent(rates.verifiedRatio)}</dd>
            <dd className="quiet">
              {rates.verified} of {rates.drilled}
            </dd>
          </div>
        </dl>
      </Cell>
    </div>
  );
}
