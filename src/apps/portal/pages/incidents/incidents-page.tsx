import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { incidentFigures, incidents } from '../../data/queries.ts';
import { HealthRing } from '../../parts/health.tsx';
import { Page, Section } from '../../parts/section.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import { Ago } from '../../parts/times.tsx';
import type { Health, Incident, IncidentFigures } from '../../view/resources.ts';
import { formatLength } from '../../view/time.ts';
import './incidents.css';

const tones: Readonly<Record<Incident['state'], Health>> = {
  open: 'unhealthy',
  acknowledged: 'degraded',
  review: 'degraded',
  closed: 'healthy',
};
const words = { open: 'Open', acknowledged: 'In hand', review: 'In review', closed: 'Closed' } as const;

function Figure(props: {
  readonly name: string;
  readonly mean: IncidentFigures['meanTimeToDetect'];
  readonly what: string;
}) {
  const { seconds, count } = props.mean;
  return (
    <div className="incident-figure">
      <dt>{props.name}</dt>
      <dd>
        <b>{seconds === null ? 'nothing to measure' : formatLength(seconds)}</b>
        <span>
          {props.what}; of {count}
        </span>
      </dd>
    </div>
  );
}

function Figures({ figures }: { readonly figures: IncidentFigures }) {
  return (
    <>
      <dl className="incident-figures">
        <Figure name="MTTD" mean={figures.meanTimeToDetect} what="from the beginning of the fault to detection" />
        <Figure name="MTTA" mean={figures.meanTimeToAcknowledge} what="from detection to somebody having it" />
        <Figure name="MTTR" mean={figures.meanTimeToRecover} what="from the beginning of the fault to recovery" />
      </dl>
      <ul className="incident-readings">
        {figures.interpretations.map(({ figure, reading, candidates }) => (
          <li key={figure}>
            {reading}
            {candidates.length > 0 && (
              <span> Candidates: {candidates.map(({ cause, evidence }) => `${cause} (${evidence})`).join('; ')}.</span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Row({ incident }: { readonly incident: Incident }) {
  return (
    <li className={`incident incident-${incident.state}`}>
      <p className="incident-state">
        <HealthRing health={tones[incident.state]} size={22} />
        {words[incident.state]}
      </p>
      <div>
        <h3>
          <Link to="/incidents/$id" params={{ id: incident.id }}>
            {incident.title}
          </Link>
        </h3>
        <p>{incident.impact.sentence}</p>
        <p className="quiet">
          Severity {incident.severity}
          {incident.environments.length > 1 && ` · ${incident.environments.length} environments`} ·{' '}
          {incident.owner ?? 'nobody'} · detected <Ago at={incident.detectedAt} />
          {incident.timeToRecoverSeconds !== null &&
            ` · recovered after ${formatLength(incident.timeToRecoverSeconds)}`}
        </p>
      </div>
    </li>
  );
}

/** What stood still, how soon it was seen and mended, and what that may mean. */
export function IncidentsPage() {
  const list = useQuery(incidents());
  const figures = useQuery(incidentFigures());
  return (
    <Page title="Incidents" lead="What stood still, how soon it was seen and mended, and what was learnt.">
      <Section title="The last 30 days">
        <Answered query={figures}>{(data) => <Figures figures={data} />}</Answered>
      </Section>
      <Section title="Incidents">
        <Answered query={list}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="No incident" command="plimsoll incident list">
                An alert that pages opens one.
              </EmptyState>
            ) : (
              <ul className="incidents">
                {items.map((each) => (
                  <Row key={each.id} incident={each} />
                ))}
              </ul>
            )
          }
        </Answered>
      </Section>
    </Page>
  );
}
