import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { incident as incidentQuery, me } from '../../data/queries.ts';
import { HealthRing } from '../../parts/health.tsx';
import { LikelyCauses } from '../../parts/likely-causes.tsx';
import { Page, Section } from '../../parts/section.tsx';
import { Answered } from '../../parts/states.tsx';
import { TimeLeft, ZonedTime } from '../../parts/times.tsx';
import { portalPath } from '../../view/links.ts';
import type { Health, IncidentDetail } from '../../view/resources.ts';
import { formatLength } from '../../view/time.ts';
import { Communications } from './communications.tsx';
import { Review } from './review.tsx';
import { RunbookSteps } from './runbook.tsx';
import { useIncidentWork } from './work.ts';
import './incidents.css';

const tones: Readonly<Record<IncidentDetail['timeline'][number]['tone'], Health | undefined>> = {
  neutral: undefined,
  good: 'healthy',
  warning: 'degraded',
  bad: 'unhealthy',
};
const stateWords = {
  open: 'Open: nobody has it',
  acknowledged: 'In hand',
  review: 'Over, in review',
  closed: 'Closed',
} as const;

function Head({ incident, mayAct }: { readonly incident: IncidentDetail; readonly mayAct: boolean }) {
  const work = useIncidentWork(incident.id);
  const { deadline } = incident.impact;
  const times = [
    ['Detected after', incident.timeToDetectSeconds],
    ['Taken after', incident.timeToAcknowledgeSeconds],
    ['Recovered after', incident.timeToRecoverSeconds],
  ] as const;
  return (
    <div className={`room-head incident-${incident.state}`}>
      <p className="room-state">
        Severity {incident.severity} · {stateWords[incident.state]}
        {incident.roles.lead !== undefined && ` · led by ${incident.roles.lead}`} · {incident.boundary}
      </p>
      {incident.impacts.length > 1 ? (
        <ul className="room-impact">
          {incident.impacts.map(({ environment, sentence }) => (
            <li key={environment ?? ''}>
              {environment ?? 'estate'}: {sentence}
            </li>
          ))}
        </ul>
      ) : (
        <p className="room-impact">{incident.impact.sentence}</p>
      )}
      {incident.environments.length > 1 && incident.commonCauses.length > 0 && (
        <p>One cause may be {incident.commonCauses.join(', ')}.</p>
      )}
      <p>{incident.cause.summary}</p>
      <dl className="room-times">
        {times.map(([name, seconds]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{seconds === null ? 'not yet' : formatLength(seconds)}</dd>
          </div>
        ))}
        {deadline !== null && incident.recoveredAt === null && (
          <div>
            <dt>Left to {deadline.name}</dt>
            <dd>
              <TimeLeft until={deadline.at} />
            </dd>
          </div>
        )}
      </dl>
      <p className="quiet">
        Began <ZonedTime at={incident.faultStart.at} timezone={incident.timezone} />: {incident.faultStart.because}
      </p>
      {incident.state === 'open' && mayAct && (
        <button
          type="button"
          className="button-main"
          disabled={work.isPending}
          onClick={() => work.mutate({ do: 'take' })}
        >
          I take it
        </button>
      )}
    </div>
  );
}

function Timeline({ incident }: { readonly incident: IncidentDetail }) {
  return (
    <Section title="Timeline" note={incident.timezone}>
      <ol className="room-timeline">
        {incident.timeline.map((entry, index) => {
          const tone = tones[entry.tone];
          const link = portalPath(entry.link);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries have no name of their own, and none moves
            <li key={`${entry.at} ${index}`} className={`entry-${entry.kind}`}>
              <ZonedTime at={entry.at} timezone={incident.timezone} />
              <span className="entry-mark">
                {tone === undefined ? <i aria-hidden="true" /> : <HealthRing health={tone} size={15} />}
              </span>
              <div>
                <p>{link === undefined ? entry.title : <Link to={link}>{entry.title}</Link>}</p>
                {entry.detail !== null && <p className="quiet">{entry.detail}</p>}
              </div>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

/** The incident room: what it costs, what to do next, what was said, and everything that happened in one order. */
export function IncidentPage() {
  const { id } = useParams({ from: '/shell/incidents/$id' });
  const query = useQuery(incidentQuery(id));
  const who = useQuery(me());
  const mayAct = who.data?.permissions.includes('alerts:act') === true;
  return (
    <Page title={query.data?.title ?? 'Incident'}>
      <Answered query={query}>
        {(incident) => (
          <>
            <Head incident={incident} mayAct={mayAct} />
            <div className="room">
              <div>
                <RunbookSteps incident={incident} mayAct={mayAct} />
                {incident.environment !== null && incident.recoveredAt === null && (
                  <LikelyCauses environment={incident.environment} />
                )}
                <Communications incident={incident} mayAct={mayAct} />
                {(incident.state === 'review' || incident.state === 'closed') && (
                  <Review incident={incident} mayAct={mayAct} />
                )}
              </div>
              <Timeline incident={incident} />
            </div>
          </>
        )}
      </Answered>
    </Page>
  );
}
