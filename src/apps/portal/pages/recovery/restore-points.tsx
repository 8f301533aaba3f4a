import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCoarseNow } from '../../data/clock.ts';
import { Section } from '../../parts/section.tsx';
import { EmptyState } from '../../parts/states.tsx';
import type { Recovery, RestorePoint } from '../../view/resources.ts';
import { PointDetail } from './point-detail.tsx';
import { pointWords, RestoreLine } from './restore-line.tsx';

function Legend() {
  return (
    <ul className="restore-legend" aria-hidden="true">
      <li>
        <span className="point point-full point-untried" /> not drilled
      </li>
      <li>
        <span className="point point-full point-verified" /> verified
      </li>
      <li>
        <span className="point point-full point-not-recoverable" /> did not come back
      </li>
      <li>
        <span className="restore-stretch" /> any second
      </li>
    </ul>
  );
}

/** The restore points of an environment on their line, the chosen one in the address, and what restoring it means. */
export function RestorePoints(props: {
  readonly points: readonly RestorePoint[];
  readonly recovery: Recovery;
  readonly timezone: string;
}) {
  const { points, recovery, timezone } = props;
  const search = useSearch({ from: '/shell/environments/$name/recovery' });
  const navigate = useNavigate({ from: '/environments/$name/recovery' });
  const now = useCoarseNow(60);
  const newest = points.at(-1);
  const name = recovery.environment;
  if (newest === undefined) {
    return (
      <Section title="Restore points">
        <EmptyState
          title="Nothing can be restored yet"
          command={`plimsoll backup ${recovery.isRunning ? 'list' : 'run'} ${name}`}
        >
          {recovery.isRunning
            ? 'The first backup is being taken; it can be chosen here when its manifest is signed.'
            : 'A backup holds the database and the files that belong to it, signed as one.'}
        </EmptyState>
      </Section>
    );
  }
  const chosen = points.find(({ id }) => id === search.backup) ?? newest;
  const index = points.indexOf(chosen);
  const choose = (id: string | undefined) =>
    void navigate({
      search: id === undefined || id === newest.id ? {} : { backup: id },
      replace: true,
      resetScroll: false,
    });
  const verified = points.findLast(({ proof }) => proof?.state === 'verified');
  return (
    <Section title="Restore points" note={`${points.length} that can be chosen`}>
      <RestoreLine points={points} chosen={chosen} timezone={timezone} onChoose={choose} />
      <div className="restore-bar">
        <p className="restore-chosen">{pointWords(chosen, now, timezone)}</p>
        <div>
          <button type="button" className="button" disabled={index <= 0} onClick={() => choose(points[index - 1]?.id)}>
            Earlier
          </button>
          <button
            type="button"
            className="button"
            disabled={index >= points.length - 1}
            onClick={() => choose(points[index + 1]?.id)}
          >
            Later
          </button>
          <button
            type="button"
            className="button"
            disabled={verified === undefined || verified.id === chosen.id}
            onClick={() => choose(verified?.id)}
          >
            Last verified
          </button>
        </div>
      </div>
      <Legend />
      <PointDetail
        key={chosen.id}
        environment={name}
        point={chosen}
        recovery={recovery}
        timezone={timezone}
        isNewest={chosen.id === newest.id}
      />
    </Section>
  );
}
