import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { timeline } from '../../data/queries.ts';
import { HealthRing } from '../../parts/health.tsx';
import { Section } from '../../parts/section.tsx';
import { Answered } from '../../parts/states.tsx';
import { Ago } from '../../parts/times.tsx';
import { portalPath } from '../../view/links.ts';
import type { Health, TimelineEntry } from '../../view/resources.ts';

const tones: Readonly<Record<TimelineEntry['tone'], Health | undefined>> = {
  neutral: undefined,
  good: 'healthy',
  warning: 'degraded',
  bad: 'unhealthy',
};
const firstShown = 8;

function Entry({ entry }: { readonly entry: TimelineEntry }) {
  const link = portalPath(entry.link);
  const tone = tones[entry.tone];
  return (
    <li>
      <span className="timeline-mark">
        {tone === undefined ? <i aria-hidden="true" /> : <HealthRing health={tone} size={15} />}
      </span>
      <div>
        <p className="timeline-title">{link === undefined ? entry.title : <Link to={link}>{entry.title}</Link>}</p>
        {entry.detail !== null && <p className="timeline-detail">{entry.detail}</p>}
      </div>
      <Ago at={entry.at} />
    </li>
  );
}

/** What happened, newest first. */
export function Timeline({ environment }: { readonly environment: string }) {
  const query = useQuery(timeline(environment));
  const [isAll, showAll] = useState(false);
  return (
    <Section title="Timeline">
      <Answered query={query}>
        {({ items }) => (
          <>
            {items.length === 0 && <p className="quiet aside-empty">Nothing has happened yet.</p>}
            <ol className="timeline">
              {(isAll ? items : items.slice(0, firstShown)).map((entry) => (
                <Entry key={`${entry.at} ${entry.kind} ${entry.title}`} entry={entry} />
              ))}
            </ol>
            {!isAll && items.length > firstShown && (
              <button type="button" className="button-plain" onClick={() => showAll(true)}>
                Show {items.length - firstShown} more
              </button>
            )}
          </>
        )}
      </Answered>
    </Section>
  );
}
