import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCoarseNow } from '../../data/clock.ts';
import { recovery } from '../../data/queries.ts';
import { HealthWord } from '../../parts/health.tsx';
import { Section } from '../../parts/section.tsx';
import { Answered, Skeleton } from '../../parts/states.tsx';
import { Ago } from '../../parts/times.tsx';
import { achievedText, standingSentence, stateWords, worstAchievement } from '../../view/recovery.ts';
import type { RecoverySummary } from '../../view/resources.ts';

function Glance({ summary }: { readonly summary: RecoverySummary }) {
  const now = useCoarseNow(60);
  const { word, tone } = stateWords[summary.state];
  const rpo = worstAchievement(summary, 'rpo');
  const rto = worstAchievement(summary, 'rto');
  return (
    <>
      <p className="glance">
        <HealthWord health={tone}>{word}</HealthWord>
      </p>
      <p className="glance-why">{standingSentence(summary, now)}</p>
      <dl className="facts">
        <div>
          <dt>Last backup</dt>
          <dd>{summary.lastBackup === null ? 'none' : <Ago at={summary.lastBackup.consistentAt} />}</dd>
        </div>
        {rpo !== undefined && rto !== undefined && (
          <div>
            <dt>RPO and RTO achieved</dt>
            <dd>
              {achievedText(rpo)} and {achievedText(rto)}
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}

/** Whether it could be brought back, in a glance. */
export function RecoveryGlance({ environment }: { readonly environment: string }) {
  const query = useQuery(recovery(environment));
  return (
    <Section
      title="Recovery"
      note={
        <Link to="/environments/$name/recovery" params={{ name: environment }}>
          Restore points and drills
        </Link>
      }
    >
      <Answered query={query} waiting={<Skeleton lines={3} height={24} />}>
        {(found) => <Glance summary={found} />}
      </Answered>
    </Section>
  );
}
