import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { Filter } from '../../parts/filter.tsx';
import { HealthWord } from '../../parts/health.tsx';
import { HullGlyph } from '../../parts/hull.tsx';
import { Section } from '../../parts/section.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { TimeLeft, ZonedTime } from '../../parts/times.tsx';
import { type EnvironmentFilter, filterChoices, filterEnvironments } from '../../view/environment-filter.ts';
import { worstOf, worstReason } from '../../view/judgement.ts';
import type { CalendarOccurrence, EnvironmentSummary } from '../../view/resources.ts';
import { siteBacklogSentences } from '../../view/site-backlogs.ts';
import { BacklogFigures } from './backlog-figures.tsx';

const pageSize = 50;

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
      {siteBacklogSentences(environment).map((sentence) => (
        <p key={sentence} className="row-reason">
          {sentence}
        </p>
      ))}
      {!environment.change.isAllowed && (
        <p className="row-reason">No changes: {environment.change.reasons.join(' ')}</p>
      )}
    </li>
  );
}

const filtersFrom = 8;

/** The slash goes to the search field, as in many tools, wherever one is not writing. */
function useSlash(field: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isWriting = event.target instanceof HTMLElement && event.target.matches('input, select, textarea');
      if (event.key !== '/' || isWriting || field.current === null) return;
      event.preventDefault();
      field.current.focus();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [field]);
}

function Filters({ environments }: { readonly environments: readonly EnvironmentSummary[] }) {
  const search = useSearch({ from: '/shell/' });
  const navigate = useNavigate({ from: '/' });
  const field = useRef<HTMLInputElement>(null);
  useSlash(field);
  const choices = filterChoices(environments);
  const change = (next: EnvironmentFilter) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  return (
    <search className="filters" aria-label="Environments">
      <label className="filter">
        <span>
          Find <kbd>/</kbd>
        </span>
        <input
          ref={field}
          type="search"
          placeholder="name, tenant, site …"
          value={search.find ?? ''}
          onChange={(event) => change({ find: event.target.value })}
        />
      </label>
      <Filter label="Business" value={search.state} options={choices.states} onChange={(state) => change({ state })} />
      <Filter
        label="Tenant"
        value={search.tenant}
        options={choices.tenants}
        onChange={(tenant) => change({ tenant })}
      />
      <Filter label="Site" value={search.site} options={choices.sites} onChange={(site) => change({ site })} />
    </search>
  );
}

/** Every environment, worst first. With a thousand of them, one looks for some and the rest waits behind a button. */
export function EnvironmentList({ environments }: { readonly environments: readonly EnvironmentSummary[] }) {
  const search = useSearch({ from: '/shell/' });
  const [shown, setShown] = useState(pageSize);
  const found = filterEnvironments(environments, search);
  const count = found.length === environments.length ? `${found.length}` : `${found.length} of ${environments.length}`;
  return (
    <Section title={`${count} environment${environments.length === 1 ? '' : 's'}`} note="Worst first">
      {environments.length > filtersFrom && <Filters environments={environments} />}
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
