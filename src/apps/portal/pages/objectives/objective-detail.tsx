import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { objective } from '../../data/queries.ts';
import { HealthWord } from '../../parts/health.tsx';
import { LikelyCauses } from '../../parts/likely-causes.tsx';
import { Section } from '../../parts/section.tsx';
import { Answered } from '../../parts/states.tsx';
import { Ago } from '../../parts/times.tsx';
import { formatCount } from '../../view/figures.ts';
import { formatBudget, formatMargin, formatRatio, stateHealth, stateWords } from '../../view/objectives.ts';
import type { ObjectiveDetail } from '../../view/resources.ts';
import { BurnDown } from './burn-down.tsx';

const utc = (text: string): string => text.slice(0, 16).replace('T', ' ');
const mostSpans = 6;

function Figures({ detail }: { readonly detail: ObjectiveDetail }) {
  const { attainment, targetRatio, marginRatio, budgetRemaining, good, total, normal, peak } = detail;
  return (
    <dl className="objective-figures">
      <div>
        <dt>Attained</dt>
        <dd>{formatRatio(attainment)}</dd>
        <dd className="quiet">
          {formatCount(good)} of {formatCount(total)}
        </dd>
      </div>
      <div>
        <dt>Promised</dt>
        <dd>{formatRatio(targetRatio)}</dd>
        <dd className="quiet">margin {formatMargin(marginRatio)}</dd>
      </div>
      <div>
        <dt>Budget left</dt>
        <dd>{formatBudget(budgetRemaining)}</dd>
        <dd className="quiet">of {detail.window.name}</dd>
      </div>
      <div>
        <dt>Ordinary times</dt>
        <dd>{formatRatio(normal.attainment)}</dd>
        <dd className="quiet">{formatCount(normal.total)} counted</dd>
      </div>
      <div>
        <dt>Declared peaks</dt>
        <dd>{peak === null ? 'none' : formatRatio(peak.attainment)}</dd>
        <dd className="quiet">{peak === null ? 'in this window' : `${formatCount(peak.total)} counted`}</dd>
      </div>
    </dl>
  );
}

/** What is not in the figures, and why. */
function LeftOut({ detail }: { readonly detail: ObjectiveDetail }) {
  const { excluded, gaps } = detail;
  if (excluded.length + gaps.length === 0) return <p className="quiet">Nothing is excluded, and nothing is missing.</p>;
  const hidden = Math.max(0, excluded.length - mostSpans) + Math.max(0, gaps.length - mostSpans);
  return (
    <ul className="objective-left-out">
      {gaps.slice(-mostSpans).map((gap) => (
        <li key={`gap ${gap.from}`}>
          <b>Not known</b> {utc(gap.from)} to {utc(gap.to)} UTC: neither good nor bad.
        </li>
      ))}
      {excluded.slice(-mostSpans).map((each) => (
        <li key={`${each.source} ${each.from} ${each.reason}`}>
          <b>{each.source === 'calendar' ? 'Maintenance' : 'Agreed'}</b> {utc(each.from)} to {utc(each.to)} UTC:{' '}
          {each.reason}; {formatCount(each.total)} counted in it.
        </li>
      ))}
      {hidden > 0 && <li className="quiet">{hidden} earlier ones are not listed; the drawing shows them.</li>}
    </ul>
  );
}

function Burning({ detail }: { readonly detail: ObjectiveDetail }) {
  if (detail.firing.length === 0) return null;
  return (
    <ul className="objective-burning">
      {detail.firing.map((each) => (
        <li key={`${each.severity} ${each.window}`}>
          <b>{each.severity === 'page' ? 'Pages' : 'Opens a ticket'}</b>: burns {each.burnRate.toFixed(1)} times too
          fast over {each.window}
          {each.isLowTraffic ? ', judged by events' : ''}, since <Ago at={each.since} />
        </li>
      ))}
    </ul>
  );
}

function Shown({ detail }: { readonly detail: ObjectiveDetail }) {
  return (
    <>
      <p className="objective-state">
        <HealthWord health={stateHealth[detail.state]}>{stateWords[detail.state]}</HealthWord>
        <span>{detail.reason}</span>
      </p>
      <p className="quiet">
        {detail.promise} ·{' '}
        <Link to="/environments/$name" params={{ name: detail.environment }}>
          {detail.environment}
        </Link>
        {' · '}the service is {detail.condition === 'unknown' ? 'not seen right now' : detail.condition} · judged{' '}
        <Ago at={detail.at} />
        {detail.isCompromised && <b> · compromised: not to be trusted</b>}
      </p>
      <Burning detail={detail} />
      <Figures detail={detail} />
      <BurnDown detail={detail} />
      <h3>Not in these figures</h3>
      <LeftOut detail={detail} />
    </>
  );
}

/** One objective in full. Where somebody chose it in the tables above, it comes into view. */
export function ObjectiveDetailSection({
  objectiveKey,
  title,
  isChosen,
}: {
  readonly objectiveKey: string;
  readonly title: string;
  readonly isChosen: boolean;
}) {
  const query = useQuery(objective(objectiveKey));
  const place = useRef<HTMLDivElement>(null);
  // Not before it is answered: until then it is short, and the page ends soon after it.
  const shown = query.data?.key === objectiveKey ? objectiveKey : undefined;
  useEffect(() => {
    if (isChosen && shown !== undefined) place.current?.scrollIntoView({ block: 'start' });
  }, [isChosen, shown]);
  return (
    <div ref={place} className="objective-chosen">
      <Section title={title} className="objective-detail">
        <Answered query={query}>{(detail) => <Shown detail={detail} />}</Answered>
      </Section>
      {query.data !== undefined && <LikelyCauses environment={query.data.environment} />}
    </div>
  );
}
