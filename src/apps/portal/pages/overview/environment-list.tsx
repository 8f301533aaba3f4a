import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { HealthWord } from '../../parts/health.tsx';
import { HullGlyph } from '../../parts/hull.tsx';
import { Section } from '../../parts/section.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { TimeLeft, ZonedTime } from '../../parts/times.tsx';
import { worstOf, worstReason } from '../../view/judgement.ts';
import type { CalendarOccurrence, EnvironmentSummary } from '../../view/resources.ts';
import { BacklogFigures } from './backlog-figures.tsx';

const pageSize = 100;

function Sign({ environment }: { readonly environment: EnvironmentSummary }) {
  const facts = [
    environment.tenant,
    environment.stage,
    environment.tier,
    environment.sites.map((each) => each.name).join(', '),
  ];
  return (
    <div className="row-name">
      <HullGlyph health={worstOf([environment.business.health, environment.infrastructure.health])} />
      <div>
        <h3>
          <Link to="/environments/$name" params={{ name: environment.name }}>
            {environment.name}
          </Link>
        </h3>
        <p className="quiet">
          {facts.filter((fact) => fact !== null && fact !== '').join(' · ')}
          {environment.lifecycle !== 'active' && ` · ${environment.lifecycle}`}
        </p>
      </div>
    </div>
  );
}

function NextCutOff({ occurrence }: { readonly occurrence: CalendarOccurrence | null }) {
  if (occurrence === null) return <p className="quiet">No cut-off</p>;
  return (
    <p>
      <TimeLeft until={occurrence.at} /> <span className="row-cutoff-name">{occurrence.name}</span>
      <br />
      <span className="quiet">
        <ZonedTime at={occurrence.at} timezone={occurrence.timezone} />
      </span>
    </p>
  );
}

function Row({ environment }: { readonly environment: EnvironmentSummary }) {
  const reason = worstReason(environment);
  return (
    <li className="row">
      <Sign environment={environment} />
      <p className="row-health">
        <span className="row-label">Business</span>
        <HealthWord health={environment.business.health} />
      </p>
      <p className="row-health">
        <span className="row-label">Infrastructure</span>
        <HealthWord health={environment.infrastructure.health} />
      </p>
      <BacklogFigures backlog={environment.backlog} />
      <div className="row-cutoff">
        <span className="row-label">Next cut-off</span>
        <NextCutOff occurrence={environment.nextCutOff} />
      </div>
      {reason !== undefined && <p className={`row-reason row-reason-${reason.health}`}>{reason.summary}</p>}
      {environment.activeFreeze !== null && <p className="row-reason">Frozen: {environment.activeFreeze.name}</p>}
    </li>
  );
}

function matches(environment: EnvironmentSummary, find: string): boolean {
  const words = [
    environment.name,
    environment.tenant ?? '',
    environment.stage,
    environment.tier,
    environment.region ?? '',
  ];
  return `${words.join(' ')} ${environment.sites.map((site) => site.name).join(' ')}`
    .toLowerCase()
    .includes(find.trim().toLowerCase());
}

/** Every environment, worst first. With a thousand of them, the rest waits behind a button. */
export function EnvironmentList({ environments }: { readonly environments: readonly EnvironmentSummary[] }) {
  const [find, setFind] = useState('');
  const [shown, setShown] = useState(pageSize);
  const found = environments.filter((each) => matches(each, find));
  return (
    <Section
      title={`${environments.length} environment${environments.length === 1 ? '' : 's'}`}
      note={
        environments.length > 8 ? (
          <label className="filter">
            <span className="visually-hidden">Find an environment</span>
            <input type="search" placeholder="Find" value={find} onChange={(event) => setFind(event.target.value)} />
          </label>
        ) : (
          'Worst first'
        )
      }
    >
      <div className="row row-head" aria-hidden="true">
        <span>Environment</span>
        <span>Business</span>
        <span>Infrastructure</span>
        <span className="backlog-head">
          <span>Open</span>
          <span>Late</span>
          <span>Due</span>
        </span>
        <span>Next cut-off</span>
      </div>
      <ul className="rows">
        {found.slice(0, shown).map((each) => (
          <Row key={each.name} environment={each} />
        ))}
      </ul>
      {found.length === 0 && (
        <EmptyState title="No environment matches">Look for a name, tenant, stage, tier or site.</EmptyState>
      )}
      {found.length > shown && (
        <button type="button" className="button" onClick={() => setShown(shown + pageSize)}>
          Show {Math.min(pageSize, found.length - shown)} more of {found.length}
        </button>
      )}
    </Section>
  );
}
