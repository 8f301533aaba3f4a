import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useCoarseNow } from '../../data/clock.ts';
import { estateRecovery } from '../../data/queries.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { HealthRing, HealthWord } from '../../parts/health.tsx';
import { Page, Section } from '../../parts/section.tsx';
import { Answered, EmptyState, Skeleton } from '../../parts/states.tsx';
import { Ago } from '../../parts/times.tsx';
import { countStates, partNames, rankRecovery, standingSentence, stateWords } from '../../view/recovery.ts';
import type { RecoverySummary } from '../../view/resources.ts';
import { formatLength, instantOf, secondsBetween } from '../../view/time.ts';
import { Domains } from './domains.tsx';
import { UnderWayCount } from './running.tsx';
import './coverage.css';

const pageSize = 50;
const filtersFrom = 8;

function Name({ row }: { readonly row: RecoverySummary }) {
  const now = useCoarseNow(60);
  return (
    <>
      <Link to="/environments/$name/recovery" params={{ name: row.environment }}>
        {row.environment}
      </Link>
      <p className="cell-note">
        {row.tier} · {row.method}
        {row.state !== 'verified' && <>. {standingSentence(row, now)}</>}
      </p>
    </>
  );
}

function Expiry({ at }: { readonly at: string | null }) {
  const now = useCoarseNow(60);
  if (at === null) return <span className="quiet">no proof</span>;
  const left = secondsBetween(now, instantOf(at));
  return left > 0 ? (
    <time dateTime={at}>in {formatLength(left)}</time>
  ) : (
    <time dateTime={at} className="over-limit">
      {formatLength(-left)} ago
    </time>
  );
}

function Part({ row, part }: { readonly row: RecoverySummary; readonly part: keyof typeof partNames }) {
  const found = row.coverage?.find((each) => each.part === part);
  if (found === undefined) {
    return (
      <span title="not known">
        <HealthRing health="unknown" size={18} />
        <span className="visually-hidden">not known</span>
      </span>
    );
  }
  return (
    <span title={found.why}>
      <HealthRing health={found.isCovered ? 'healthy' : 'unhealthy'} size={18} />
      <span className="visually-hidden">{found.isCovered ? 'covered' : `not covered: ${found.why}`}</span>
    </span>
  );
}

const columns: readonly Column<RecoverySummary>[] = [
  { header: 'Environment', cell: (row) => <Name row={row} /> },
  {
    header: 'Recovery',
    cell: ({ state }) => <HealthWord health={stateWords[state].tone}>{stateWords[state].word}</HealthWord>,
  },
  {
    header: 'Last backup',
    cell: ({ lastBackup, isRunning }) =>
      lastBackup === null ? (
        <span className="quiet">{isRunning ? 'running' : 'none'}</span>
      ) : (
        <Ago at={lastBackup.consistentAt} />
      ),
  },
  {
    header: 'Last drill',
    cell: ({ lastDrill }) => (lastDrill === null ? <span className="quiet">none</span> : <Ago at={lastDrill.at} />),
  },
  { header: 'Proof expires', cell: ({ proofExpiresAt }) => <Expiry at={proofExpiresAt} /> },
  ...(Object.keys(partNames) as (keyof typeof partNames)[]).map((part) => ({
    header: partNames[part],
    cell: (row: RecoverySummary) => <Part row={row} part={part} />,
  })),
];

function Counts({ items }: { readonly items: readonly RecoverySummary[] }) {
  return (
    <ul className="state-counts">
      {countStates(items).map(([state, count]) => (
        <li key={state} className={`state-${stateWords[state].tone}`}>
          <HealthRing health={stateWords[state].tone} size={26} />
          <b>{count}</b>
          <Link to="/recovery" search={{ state }}>
            {stateWords[state].word.toLowerCase()}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Filters() {
  const search = useSearch({ from: '/shell/recovery' });
  const navigate = useNavigate({ from: '/recovery' });
  return (
    <search className="filters" aria-label="Environments">
      <label className="filter">
        Find
        <input
          type="search"
          placeholder="name, tenant, tier …"
          value={search.find ?? ''}
          onChange={(event) =>
            void navigate({ search: (before) => ({ ...before, find: event.target.value }), replace: true })
          }
        />
      </label>
      <label className="filter">
        Recovery
        <select
          value={search.state ?? ''}
          onChange={(event) =>
            void navigate({ search: (before) => ({ ...before, state: event.target.value }), replace: true })
          }
        >
          <option value="">All</option>
          {Object.entries(stateWords).map(([state, { word }]) => (
            <option key={state} value={state}>
              {word}
            </option>
          ))}
        </select>
      </label>
    </search>
  );
}

function Estate({ items }: { readonly items: readonly RecoverySummary[] }) {
  const search = useSearch({ from: '/shell/recovery' });
  const [shown, setShown] = useState(pageSize);
  const words = (search.find ?? '').toLowerCase().split(/\s+/);
  const found = rankRecovery(items).filter(
    (row) =>
      (search.state === undefined || row.state === search.state) &&
      words.every((word) =>
        `${row.environment} ${row.tenant ?? ''} ${row.tier} ${row.stage}`.toLowerCase().includes(word),
      ),
  );
  const page = found.slice(0, shown);
  const count = found.length === items.length ? `${items.length}` : `${found.length} of ${items.length}`;
  return (
    <>
      <Counts items={items} />
      <UnderWayCount />
      {(items.length > filtersFrom || search.state !== undefined || search.find !== undefined) && <Filters />}
      <Section
        title={`What the last backup covers, ${count} environment${items.length === 1 ? '' : 's'}`}
        note="Worst first; a backup counts when a serving Odoo has come back from it"
        className="coverage"
      >
        <DataTable caption="Recovery and coverage" columns={columns} rows={page} keyOf={(row) => row.environment} />
        {found.length === 0 && <EmptyState title="No environment matches" />}
        {found.length > shown && (
          <button type="button" className="button" onClick={() => setShown(shown + pageSize)}>
            Show {Math.min(pageSize, found.length - shown)} more of {found.length}
          </button>
        )}
      </Section>
      <Section title="RPO and RTO, by service domain" note="As last shown by a drill">
        <Domains items={page} hasEnvironments />
      </Section>
    </>
  );
}

/** Can we recover everything? Every environment with what its backups cover, what proves them, and until when. */
export function CoveragePage() {
  const query = useQuery(estateRecovery());
  return (
    <Page title="Recovery" lead="Whether everything could be brought back, and what proves it.">
      <Answered query={query} waiting={<Skeleton lines={7} height={56} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No environment is declared yet" command="plimsoll init && plimsoll check">
              Recovery is planned, taken and drilled for each environment that the estate declares.
            </EmptyState>
          ) : (
            <Estate items={items} />
          )
        }
      </Answered>
    </Page>
  );
}
