import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { measures, overview } from '../../data/queries.ts';
import { Page, Section } from '../../parts/section.tsx';
import { Answered, EmptyState, Skeleton } from '../../parts/states.tsx';
import { type Range, rangeOf, ranges } from '../../view/figures-page.ts';
import type { Measures } from '../../view/resources.ts';
import { Availability } from './availability.tsx';
import { Delays, Partners } from './delays.tsx';
import { Latency } from './latency.tsx';
import { RecoveryFigures } from './recovery-figures.tsx';
import './figures-page.css';

function Sections({ name, found, range }: { readonly name: string; readonly found: Measures; readonly range: Range }) {
  return (
    <div className="figures-grid">
      <Section title="Availability by business service" note="Share of passed journeys, whether the host was up or not">
        {found.services.every(({ total }) => total === 0) ? (
          <EmptyState title="No journey has run in this time" command={`plimsoll journey run ${name} ship-order`}>
            Availability is measured by journeys that do what the business does.
          </EmptyState>
        ) : (
          <Availability services={found.services} />
        )}
      </Section>
      <Section
        title="Recovery"
        note={
          <Link to="/environments/$name/recovery" params={{ name }}>
            Everything about it
          </Link>
        }
      >
        <RecoveryFigures name={name} />
      </Section>
      <Section title="Latency by transaction class" note="In normal and in peak periods" className="figures-wide">
        {found.latency.length === 0 ? (
          <EmptyState title="No request was measured in this time" command={`plimsoll connect ${name}`}>
            Latency is read from the request log of Odoo.
          </EmptyState>
        ) : (
          <Latency latency={found.latency} />
        )}
      </Section>
      <Section title="Queue delays" note={`Mean and worst of the last ${range}`}>
        {found.queues.length === 0 ? (
          <p className="quiet aside-empty">No queue was measured in this time.</p>
        ) : (
          <Delays queues={found.queues} />
        )}
      </Section>
      <Section title="Integrations" note="A success after retries counts once">
        {found.partners.length === 0 ? (
          <p className="quiet aside-empty">No exchange with a partner was measured in this time.</p>
        ) : (
          <Partners partners={found.partners} />
        )}
      </Section>
    </div>
  );
}

function Choice(props: { readonly environment: string; readonly names: readonly string[]; readonly range: Range }) {
  const navigate = useNavigate({ from: '/figures' });
  const change = (next: { environment?: string; last?: string }) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  return (
    <div className="filters figures-choice">
      <label className="filter">
        Environment
        <select value={props.environment} onChange={(event) => change({ environment: event.target.value })}>
          {props.names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="filter">
        Over the last
        <select value={props.range} onChange={(event) => change({ last: event.target.value })}>
          {Object.keys(ranges).map((range) => (
            <option key={range}>{range}</option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Figures({ environment, range }: { readonly environment: string; readonly range: Range }) {
  const query = useQuery(measures(environment, ranges[range]));
  return (
    <Answered query={query} waiting={<Skeleton lines={9} height={48} />}>
      {(found) => <Sections name={environment} found={found} range={range} />}
    </Answered>
  );
}

/** What an environment achieved over some time, for whoever must answer for it. */
export function FiguresPage() {
  const search = useSearch({ from: '/shell/figures' });
  const estate = useQuery(overview());
  const environments = estate.data?.environments ?? [];
  const first = environments.find(({ stage }) => stage === 'production') ?? environments[0];
  const chosen = search.environment ?? first?.name;
  const names = environments.map(({ name }) => name).sort();
  const range = rangeOf(search.last);
  return (
    <Page title="Figures" lead="What the business got: availability, latency, delays, partners and recovery.">
      <Answered query={estate}>
        {() =>
          chosen === undefined ? (
            <EmptyState title="No environment is declared yet" command="plimsoll init && plimsoll check">
              Figures are those of an environment: declare one first.
            </EmptyState>
          ) : (
            <>
              <Choice environment={chosen} names={names} range={range} />
              <Figures environment={chosen} range={range} />
            </>
          )
        }
      </Answered>
    </Page>
  );
}
