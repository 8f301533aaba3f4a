import { useQuery } from '@tanstack/react-query';
import { recovery } from '../../data/queries.ts';
import { HealthWord } from '../../parts/health.tsx';
import { Answered, Skeleton } from '../../parts/states.tsx';
import { formatAvailability } from '../../view/figures.ts';
import { achievedText, achievementTones, roundLength, stateWords, worstAchievement } from '../../view/recovery.ts';
import type { Recovery } from '../../view/resources.ts';

function Achieved({ found, kind }: { readonly found: Recovery; readonly kind: 'rpo' | 'rto' }) {
  const worst = worstAchievement(found, kind);
  if (worst === undefined) return null;
  return (
    <div>
      <dt>{kind.toUpperCase()} achieved</dt>
      <dd>
        <b>{achievedText(worst)}</b>{' '}
        {worst.targetSeconds !== null && <span className="quiet">of {roundLength(worst.targetSeconds)}</span>}
      </dd>
      <dd>
        <HealthWord health={achievementTones[worst.verdict]}>{worst.verdict.replace('-', ' ')}</HealthWord>
      </dd>
    </div>
  );
}

function Rate(props: {
  readonly name: string;
  readonly ratio: number | null;
  readonly part: number;
  readonly of: number;
}) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>
        <b>{props.ratio === null ? 'none yet' : formatAvailability(props.ratio)}</b>
      </dd>
      <dd className="quiet">
        {props.part} of {props.of}
      </dd>
    </div>
  );
}

/** Success rate and verified rate, RPO and RTO against target, of the last 90 days (MET-11 to MET-13). */
export function RecoveryFigures({ name }: { readonly name: string }) {
  const query = useQuery(recovery(name));
  return (
    <Answered query={query} waiting={<Skeleton lines={4} height={26} />}>
      {(found) => (
        <dl className="recovery-figures">
          <div>
            <dt>State</dt>
            <dd />
            <dd>
              <HealthWord health={stateWords[found.state].tone}>{stateWords[found.state].word}</HealthWord>
            </dd>
          </div>
          <Rate
            name="Backups that succeeded"
            ratio={found.rates.successRatio}
            part={found.rates.succeeded}
            of={found.rates.attempts}
          />
          <Rate
            name="Drilled and came back"
            ratio={found.rates.verifiedRatio}
            part={found.rates.verified}
            of={found.rates.drilled}
          />
          <Achieved found={found} kind="rpo" />
          <Achieved found={found} kind="rto" />
        </dl>
      )}
    </Answered>
  );
}
