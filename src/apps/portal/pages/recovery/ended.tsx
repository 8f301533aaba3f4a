import { useQuery } from '@tanstack/react-query';
import { useCoarseNow } from '../../data/clock.ts';
import { allRecoveryTasks } from '../../data/queries.ts';
import { HealthRing } from '../../parts/health.tsx';
import { Section } from '../../parts/section.tsx';
import { Ago } from '../../parts/times.tsx';
import { Words } from '../../parts/words.tsx';
import { type EndedWork, endedWork, justEnded } from '../../view/recovery.ts';
import type { Health } from '../../view/resources.ts';

const tones: Readonly<Record<EndedWork['ending'], Health>> = {
  succeeded: 'healthy',
  failed: 'unhealthy',
  cancelled: 'unknown',
  lost: 'unhealthy',
};
const mostFresh = 3;
const mostListed = 10;

function Ended({ work }: { readonly work: EndedWork }) {
  const { task, ending, title, at, words } = work;
  return (
    <>
      <p className="running-head">
        <b>
          <HealthRing health={tones[ending]} size={16} /> {title}
        </b>
        <span className="quiet">
          <Ago at={at} />, asked for by {task.requestedBy.name}
        </span>
      </p>
      {words !== '' && (
        <p className="ended-words">
          <Words>{words}</Words>
        </p>
      )}
    </>
  );
}

/** What somebody asked for and has just ended stands where it was seen running, and is told to who listens. */
export function JustEnded({ name }: { readonly name: string }) {
  const query = useQuery(allRecoveryTasks(name));
  const now = useCoarseNow(60);
  const fresh = justEnded(endedWork(query.data?.items ?? []), now).slice(0, mostFresh);
  return (
    <div role="status">
      {fresh.map((work) => (
        <div key={work.task.id} className={`ended ended-${work.ending}`}>
          <Ended work={work} />
        </div>
      ))}
    </div>
  );
}

/** What became of restores, clones, checks and prunings: the newest of the last thirty days. */
export function EndedList({ name }: { readonly name: string }) {
  const query = useQuery(allRecoveryTasks(name));
  const ended = endedWork(query.data?.items ?? []).slice(0, mostListed);
  if (ended.length === 0) return null;
  return (
    <Section title="What was done" note="Restores, clones, checks and prunings, newest first">
      <ul className="ended-list">
        {ended.map((work) => (
          <li key={work.task.id}>
            <Ended work={work} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
